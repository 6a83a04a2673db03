import MusterCore
import MusterTesting
import NIOCore
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Credentials that a connection has brought before", .nearStores)
struct LastCredentialsTests {
    private let test: TestDirectory
    private let server: TestServer
    private let last = LastCredentials()

    init() async throws {
        test = try await TestDirectory()
        server = TestServer(test)
    }

    private func head(
        _ fields: [(String, String)],
        _ path: String = "/users/2"
    ) throws -> RequestHead {
        let lines = fields.map { "\($0): \($1)\r\n" }.joined()
        var head = RequestHead()
        let text = "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(lines)\r\n"
        let isRead = head.read(ByteBuffer(string: text))
        try #require(isRead)
        return head
    }

    /// The status of the answer on the one connection, and whether its caller is known; nil if the router answers.
    private func answer(
        _ fields: [(String, String)],
        _ path: String = "/users/2"
    ) throws -> String? {
        let found = server.immediate.respond(
            to: try head(fields, path),
            from: IPAddress("192.0.2.1"),
            ByteBufferAllocator(),
            after: last
        )
        guard let found else { return nil }
        let status = String(buffer: found.bytes).split(separator: " ", maxSplits: 2)[1]
        return "\(status) \(found.isKnown ? "known" : "unknown")"
    }

    private func keys(of user: User) async throws -> String {
        let pair = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        return pair.secretKey.withExposedValue { "accessKey=\(pair.accessKey); secretKey=\($0)" }
    }

    @Test("whoever was let in is refused once it is disabled, with the same line")
    func disabled() async throws {
        let user = try await test.makeUser("jane@example.com", role: .administrator)
        let keys = try await keys(of: user)
        for _ in 1...2 { #expect(try answer([("X-APIKeys", keys)]) == "200 known") }
        #expect(last.method(of: try head([("X-APIKeys", keys)])) != nil)
        var disabled = try await test.current(user)
        disabled.isEnabled = false
        try await test.overwrite(disabled)
        for _ in 1...2 { #expect(try answer([("X-APIKeys", keys)]) == "401 unknown") }
    }

    @Test("a line is let go of once it is refused, and not because another one is")
    func refused() async throws {
        let user = try await test.makeUser("jane@example.com", role: .administrator)
        let (former, other) = (try await keys(of: user), String(repeating: "0", count: 64))
        #expect(try answer([("X-APIKeys", former)]) == "200 known")
        #expect(try answer([("X-Cookie", "token=\(other)")]) == "401 unknown")
        #expect(last.method(of: try head([("X-APIKeys", former)])) != nil)
        let present = try await keys(of: user)
        #expect(try answer([("X-APIKeys", former)]) == "401 unknown")
        #expect(last.method(of: try head([("X-APIKeys", former)])) == nil)
        #expect(try answer([("X-APIKeys", present)]) == "200 known")
    }

    @Test("a token that is keys to SCIM opens nothing elsewhere on the same connection")
    func tokenOfKeys() throws {
        let pair = test.administratorKeys
        let token = pair.secretKey.withExposedValue { pair.accessKey + $0 }
        let line = [("Authorization", "Bearer \(token)")]
        for _ in 1...2 {
            #expect(try answer(line, "/scim/v2/Me") == "200 known")
            #expect(last.method(of: try head(line), keysAsToken: true) != nil)
            #expect(try answer(line) == "401 unknown")
        }
    }

    @Test("the line is shown to nobody")
    func hidden() async throws {
        let jane = try await test.makeUser("jane@example.com", role: .administrator)
        let keys = try await keys(of: jane)
        #expect(try answer([("X-APIKeys", keys)]) == "200 known")
        #expect(last.method(of: try head([("X-APIKeys", keys)])) != nil)
        #expect(Mirror(reflecting: last).children.isEmpty)
    }

    @Test("another line is another caller, however little differs")
    func others() async throws {
        let jane = try await test.makeUser("jane@example.com", role: .administrator)
        let right = try await keys(of: jane)
        let basic = try await keys(of: try await test.makeUser("basic@example.com"))
        #expect(try answer([("X-APIKeys", right)]) == "200 known")
        #expect(try answer([("X-APIKeys", basic)]) == "403 known")
        #expect(try answer([("X-APIKeys", right)]) == "200 known")
        for back in 1...17 {
            var bytes = Array(right.utf8)
            let place = bytes.count - back
            bytes[place] = bytes[place] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            let wrong = String(decoding: bytes, as: UTF8.self)
            #expect(try answer([("X-APIKeys", wrong)]) == "401 unknown", "\(back)")
            #expect(try answer([("X-APIKeys", right)]) == "200 known")
        }
        #expect(try answer([]) == nil)
    }

    @Test(
        "of one line alone is known what was made of it, if it is short and somebody came in by it"
    )
    func kept() async throws {
        let jane = try await test.makeUser("jane@example.com", role: .administrator)
        let keys = try await keys(of: jane)
        let digits = String(repeating: "0", count: 64)
        let lines: [[(String, String)]] = [
            [("X-APIKeys", keys), ("X-Cookie", "token=\(digits)")],
            [("X-APIKeys", keys), ("Authorization", "Basic YTpi")],
            [("X-APIKeys", keys + String(repeating: "; a=b", count: 80))],
            [("X-APIKeys", "accessKey=\(digits); secretKey=\(digits)")],
            [("X-Cookie", "token=\(digits)")],
        ]
        for fields in lines {
            #expect(try answer(fields) != nil)
            #expect(last.method(of: try head(fields)) == nil)
        }
        #expect(try answer([("Accept", "*/*"), ("x-apikeys", keys)]) == "200 known")
        #expect(last.method(of: try head([("x-apikeys", keys)])) != nil)
        #expect(last.method(of: try head([("X-APIKeys", keys)])) == nil)
        #expect(last.method(of: try head([("x-apikeys", keys), ("Cookie", "token=a")])) == nil)
    }
}
