import Foundation
import MusterCore
import MusterServer
import Testing

@testable import MusterCommands

@Suite("Lines of requests")
struct AccessLineTests {
    private static func request(
        method: String = "GET",
        route: String = "/users/:id",
        status: Int = 200,
        nanoseconds: UInt64 = 1_234_567,
        client: String? = "203.0.113.7"
    ) -> ServedRequest {
        ServedRequest(
            id: "0f3c",
            method: method,
            route: route,
            status: status,
            nanoseconds: nanoseconds,
            client: client.flatMap { IPAddress($0) },
            refusal: nil
        )
    }

    private static let time = "2026-01-02T03:04:05Z"

    private static func line(_ request: ServedRequest, _ format: LogFormat) -> String {
        AccessLine(request).withRest(format) { rest in
            "\(AccessLine.opening(format))\(time)" + String(decoding: rest, as: UTF8.self)
        }
    }

    @Test("a request is one line of logfmt")
    func logfmt() {
        let expected =
            "time=2026-01-02T03:04:05Z level=info message=request client=203.0.113.7 "
            + "http.method=GET http.route=/users/:id http.status=200 microseconds=1234 "
            + "request.id=0f3c\n"
        #expect(Self.line(Self.request(), .logfmt) == expected)
    }

    @Test("a request is one object of JSON")
    func json() {
        let expected =
            #"{"time":"2026-01-02T03:04:05Z","level":"info","message":"request","#
            + #""client":"203.0.113.7","http.method":"GET","http.route":"/users/:id","#
            + #""http.status":"200","microseconds":"1234","request.id":"0f3c"}"# + "\n"
        #expect(Self.line(Self.request(), .json) == expected)
    }

    @Test(
        "a request is written as any other line would be",
        arguments: [
            request(),
            request(status: 503, nanoseconds: 0, client: nil),
            request(nanoseconds: .max, client: "2001:db8::1"),
            request(method: "M\"=\\", route: "none"),
            request(method: "", route: "a b"),
            request(method: "GÉT"),
        ]
    )
    func alike(_ request: ServedRequest) {
        let fields = [
            ("client", request.client?.description ?? "unknown"),
            ("http.method", request.method), ("http.route", request.route),
            ("http.status", "\(request.status)"),
            ("microseconds", "\(request.nanoseconds / 1000)"), ("request.id", request.id),
        ]
        for format in LogFormat.allCases {
            let line = Array(format.line("info", "request", fields).utf8)
            let expected = String(decoding: format.stamped(line, Self.time), as: UTF8.self)
            #expect(Self.line(request, format) == expected)
        }
    }

    @Test("lines of requests and others are all written, in their order")
    func order() throws {
        let pipe = Pipe()
        let sink = LogSink(pipe.fileHandleForWriting.fileDescriptor)
        for number in 0..<50 {
            sink.note(Self.request(status: 200 + number))
            if number == 24 { sink.say("level=info message=between") }
        }
        sink.flush(within: .seconds(60))
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let lines = text.split(separator: "\n")
        let statuses = lines.compactMap { $0.firstMatch(of: /http\.status=(\d+)/)?.output.1 }
        #expect(statuses.compactMap { Int($0) } == Array(200..<250))
        #expect(lines.count == 51 && lines[25].hasSuffix("message=between"))
    }

    @Test("requests that nobody can be told of are counted, and the count is told")
    func lost() throws {
        let pipe = Pipe()
        let sink = LogSink(pipe.fileHandleForWriting.fileDescriptor, capacity: 1000)
        for _ in 0..<100 { sink.note(Self.request()) }
        sink.flush(within: .seconds(60))
        sink.note(Self.request())
        sink.flush(within: .seconds(60))
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let written = text.split(separator: "\n").count { $0.contains("http.status") }
        let lost = text.matches(of: /lost" lines=(\d+)/).compactMap { Int($0.output.1) }
        #expect(written > 0 && written + lost.reduce(0, +) == 101)
    }
}
