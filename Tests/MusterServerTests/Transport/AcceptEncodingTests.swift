import HTTPTypes
import Testing

@testable import MusterServer

@Suite("Who takes answers in gzip")
struct AcceptEncodingTests {
    private func takesGzip(_ lines: [String]) -> Bool {
        var fields = HTTPFields()
        for line in lines { fields.append(HTTPField(name: .acceptEncoding, value: line)) }
        return fields.takesGzip
    }

    @Test(
        "whoever names it, in whatever letters and however gladly",
        arguments: [
            ["gzip"], ["GZip"], ["x-gzip"], ["gzip, deflate, br, zstd"], ["br", "gzip"], [" gzip "],
            ["deflate , gzip ;q=0.001"], ["gzip;Q=1.000"], ["gzip; q=1."], ["*"], ["br, *;q=0.1"],
            ["identity;q=0.5, gzip;q=0.5"], ["*;q=0, gzip"], [",, gzip ,"],
            ["identity;q=0, gzip;q=0.001"],
        ]
    )
    func taken(_ lines: [String]) {
        #expect(takesGzip(lines))
    }

    @Test(
        "nobody else: not who refuses it, prefers plain answers, or writes something else",
        arguments: [
            [], [""], [","], ["br"], ["gzip;q=0"], ["gzip;q=0.000"], ["*;q=0"], ["gzip;q=0, *"],
            ["identity, gzip;q=0.9"], ["gzipped"], ["gzip2, xgzip"], ["g zip"],
            ["gzip;q=0, x-gzip"],
            // What is no weight spoils the whole field.
            ["gzip;q=2"], ["gzip;q=1.001"], ["gzip;q=0.0001"], ["gzip;q="], ["gzip;q"], ["gzip;"],
            ["gzip;q=-1"], ["gzip;q=.5"], ["gzip;q=0,5"], ["gzip;q=1;q=0"], ["gzip;level=9"],
            ["gzip;q =1"], ["gzip, ;q=1"], ["gzip, br;q=x"], ["gzip;q=\u{FF11}"],
        ]
    )
    func refused(_ lines: [String]) {
        #expect(!takesGzip(lines))
    }
}
