import HTTPTypes
import NIOHTTPTypes
import Testing

@testable import MusterServer

@Suite("Heads of which not all is ASCII")
struct PlainHeadTests {
    /// The fields of what reaches the router.
    private func fields(_ lines: String) throws -> HTTPFields {
        let connection = try TestConnection()
        try connection.receive("GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n")
        for case .head(let head) in try connection.parts() { return head.headerFields }
        return HTTPFields()
    }

    @Test("of a field's value nobody sees a byte that is not ASCII, and sees all the others")
    func values() throws {
        let lines =
            "X-Name: Zo\u{EB}\r\nX-Marks: e\u{301}\u{323}, x\r\nX-Plain: as it was\r\n"
            + "X-Cookie: a=\u{FC}; token=0123\r\nConnection: a\u{301}\u{323},keep-alive\r\n"
        let fields = try fields(lines)
        #expect(fields.allSatisfy { $0.value.utf8.allSatisfy { $0 < 0x80 } })
        let told = ["X-Name", "X-Marks", "X-Plain", "X-Cookie"].compactMap {
            HTTPField.Name($0).flatMap { fields[$0] }
        }
        #expect(told == ["Zo??", "e????, x", "as it was", "a=??; token=0123"])
    }

    @Test("cookies of other programs hide none that is ours")
    func cookies() throws {
        let fields = try fields("Cookie: a=\u{FC}; token=0123\r\n")
        #expect(fields[.cookie] == "a=??; token=0123")
    }

    @Test(
        "a connection on which another protocol is asked for ends, whatever stands beside that word"
    )
    func upgrade() throws {
        for value in ["Upgrade", "x,  UPGRADE ", "\u{FC}\u{301},upgrade,\u{301}"] {
            let fields = try fields("Upgrade: websocket\r\nConnection: \(value)\r\n")
            #expect(fields[.connection] == "close", "\(value)")
        }
        for value in ["upgraded", "up\u{301}grade", "keep-alive"] {
            let fields = try fields("Upgrade: websocket\r\nConnection: \(value)\r\n")
            #expect(fields[.connection] != "close", "\(value)")
        }
    }

    @Test("fields that follow a body reach nobody")
    func trailers() throws {
        let connection = try TestConnection()
        try connection.receive(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "2\r\n{}\r\n0\r\nX-After: \u{FC}\r\n\r\n"
        )
        let ends = try connection.parts().compactMap { part -> HTTPFields?? in
            if case .end(let fields) = part { .some(fields) } else { nil }
        }
        #expect(ends.count == 1)
        #expect(ends.allSatisfy { $0 == nil })
    }
}
