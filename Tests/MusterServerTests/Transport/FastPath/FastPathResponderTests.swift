import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import NIOCore
import StoreTesting
import Testing

@testable import MusterServer

@Suite("Answers given at once", .nearStores)
struct FastPathResponderTests {
    private let test: TestDirectory
    private let server: TestServer

    init() async throws {
        test = try await TestDirectory()
        server = TestServer(test, limits: RequestLimits(headerBytes: 2048))
    }

    private func head(
        _ path: String,
        _ fields: [(String, String)] = [],
        method: String = "GET",
        version: String = "HTTP/1.1"
    ) throws -> RequestHead {
        let lines = fields.map { "\($0): \($1)\r\n" }.joined()
        var head = RequestHead()
        let text = "\(method) \(path) \(version)\r\nHost: localhost\r\n\(lines)\r\n"
        let isRead = head.read(ByteBuffer(string: text))
        try #require(isRead)
        return head
    }

    private func keys(_ pair: APIKeyPair) -> [(String, String)] {
        pair.secretKey.withExposedValue {
            [("X-APIKeys", "accessKey=\(pair.accessKey); secretKey=\($0)")]
        }
    }

    private func keys(of user: User) async throws -> APIKeyPair {
        try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
    }

    /// The lines of an answer without those that differ from request to request, and its body.
    private func answer(
        _ path: String,
        _ fields: [(String, String)]
    ) throws -> (lines: Set<String>, body: String)? {
        try answer(to: head(path, fields))
    }

    private func answer(to head: RequestHead) throws -> (lines: Set<String>, body: String)? {
        let peer = IPAddress("192.0.2.1")
        let bytes = server.immediate.respond(to: head, from: peer, ByteBufferAllocator())?.bytes
        guard let bytes else { return nil }
        let parts = String(buffer: bytes).split(separator: "\r\n\r\n", maxSplits: 1)
        let lines = parts[0].split(separator: "\r\n").map(String.init)
            .filter { !$0.hasPrefix("Date: ") && !$0.contains("-Uuid: ") }
        return (Set(lines), parts.count == 2 ? String(parts[1]) : "")
    }

    /// Holds an answer against the router's, field by field.
    private func expectSame(
        _ found: (lines: Set<String>, body: String),
        _ response: Response
    ) async throws {
        var lines = Set(
            response.headers.map { "\($0.name.rawName): \($0.value)" }
                .filter { !$0.contains("-Uuid: ") }
        )
        let text = try await response.text()
        lines.insert("HTTP/1.1 \(response.status.code) \(response.status.reasonPhrase)")
        lines.insert("Content-Length: \(text.utf8.count)")
        #expect(found.lines == lines)
        #expect(found.body == text)
    }

    @Test(
        "they are the router's answers, field by field",
        arguments: [
            "/users/2", "/users/3", "/users/999", "/users/x", "/users?limit=20",
            "/users?limit=1&after=2", "/users?limit=0", "/users?limit=a", "/users?limit=2&q=%ff",
            "/users?limit=5&sort=-name&rbac=true", "/activelogic/v1/users/2",
            "/activelogic/v1/users/99", "/activelogic/v1/users/by-name/jane@example.com",
            "/activelogic/v1/users/by-name/nobody", "/activelogic/v1/users/by-name/%zz",
        ]
    )
    func same(_ path: String) async throws {
        _ = try await test.makeUser("jane@example.com")
        let basic = try await test.makeUser("basic@example.com")
        for pair in [test.administratorKeys, try await keys(of: basic)] {
            let found = try #require(try answer(path, keys(pair)))
            let response = try await server.send(.get, path, as: pair)
            try await expectSame(found, response)
        }
    }

    @Test(
        "a user by SCIM, or a search for its login name, is answered as by the router",
        arguments: [
            "/Me", "/Me?attributes=userName,emails.value", "/Users/{jane}", "/Users/{JANE}",
            "/Users/{jane}?excludedAttributes=emails",
            "/Users/{jane}?attributes=a&excludedAttributes=b",
            "/Users/nobody", "/Users/00000000-0000-4000-8000-000000000000",
            "/Users?filter=userName%20eq%20%22JANE@example.com%22",
            "/Users?filter=username+EQ+%22nobody%22",
            "/Users?filter=userName+eq+%22JANE%40example%2Ecom%22",
            "/Users?FILTER=userName+eq+%22jane%22", "/Users?filter=userName+eq+%22a%20b%22",
            "/Users?filter=userName+eq+%22jane@example.com%22&other=1",
            "/Users?count=7&filter=userName+eq+%22jane%40example.com%22&startIndex=1",
            "/Users?filter=userName+eq+%22jane@example.com%22&attributes=userName",
        ]
    )
    func scim(_ path: String) async throws {
        let jane = try await test.makeUser("jane@example.com").uuid.text
        let basic = try await test.makeUser("basic@example.com")
        let target =
            "/scim/v2"
            + path.replacing("{jane}", with: jane).replacing("{JANE}", with: jane.uppercased())
        for pair in [test.administratorKeys, try await keys(of: basic)] {
            let secret = pair.secretKey.withExposedValue(\.self)
            let basicAuth = Data("\(pair.accessKey):\(secret)".utf8).base64EncodedString()
            for value in ["Bearer \(pair.accessKey)\(secret)", "Basic \(basicAuth)"] {
                let found = try #require(try answer(target, [("Authorization", value)]))
                let response = try await server.send(
                    .get,
                    target,
                    fields: [.authorization: value]
                )
                try await expectSame(found, response)
            }
        }
    }

    @Test(
        "other lists of SCIM are left to the router",
        arguments: [
            "/Users", "/Users?count=1", "/Users/?filter=userName+eq+%22x%22",
            "/Users?filter=userName+sw+%22x%22", "/Users?filter=userName+eq+%22x%22&cursor=",
            "/Users?filter=userName+eq+%22x%22&startIndex=2",
            "/Users?filter=userName+eq+%22x%22&count=0",
            "/Users?filter=userName+eq+%22x%22&sortBy=id", "/Users?filter=userName+eq+%22%c3%bc%22",
            "/Users?filter=userName+eq+%22x%5cu0041%22", "/Users?filter=userName+eq+x",
            "/Users?filter=userName+eq+%22x%22+and+active+eq+true", "/Users?filter=%ff",
            "/Users?filter=userName+eq+%22x%22&attributes=a&excludedAttributes=b", "/Groups",
            "/Groups/00000000-0000-4000-8000-000000000000",
        ]
    )
    func otherLists(_ path: String) throws {
        #expect(try answer("/scim/v2" + path, keys(test.administratorKeys)) == nil)
    }

    @Test("requests that are refused count for the limit of a minute, too")
    func limit() throws {
        let limits = RequestLimits(requestsPerMinute: 3)
        let server = TestServer(test, limits: limits)
        let peer = IPAddress("192.0.2.1")
        let head = try head("/users/999", keys(test.administratorKeys))
        let lines = (1...5).compactMap { _ -> String? in
            let bytes = server.immediate.respond(to: head, from: peer, ByteBufferAllocator())?.bytes
            return bytes.map { String(String(buffer: $0).prefix(12)) }
        }
        #expect(
            lines == Array(repeating: "HTTP/1.1 404", count: 3) + ["HTTP/1.1 429", "HTTP/1.1 429"]
        )
    }

    @Test("each request is one sign-in, answered here or by the router, or handed on from here")
    func signIns() async throws {
        let signIns = test.directory.signIns
        let right = keys(test.administratorKeys)
        #expect(try answer("/users/2", right) != nil)
        #expect(try answer("/users/999", right) != nil)
        #expect(try answer("/users?limit=21", right) == nil)
        #expect(signIns.count(of: .apiKey, .accepted) == 2)
        _ = try await server.send(.get, "/users?limit=21", as: test.administratorKeys)
        #expect(signIns.count(of: .apiKey, .accepted) == 3)
        let unknown = String(repeating: "0", count: 64)
        let wrong = [("X-APIKeys", "accessKey=\(unknown);secretKey=\(unknown)")]
        #expect(try answer("/users/2", wrong) != nil)
        let token = [("X-Cookie", "token=\(String(repeating: "0", count: 64))")]
        #expect(try answer("/users/2", token) != nil)
        #expect(signIns.count(of: .apiKey, .refused) == 1)
        #expect(signIns.count(of: .session, .refused) == 1)
        #expect(signIns.count(of: .apiKey, .accepted) == 3)
    }

    @Test("long ones are left to the router, where they hold a place of their caller's")
    func long() async throws {
        // The places are those of the whole process, so that it is somebody whose number no other test has.
        let (random, now) = (test.directory.random, test.clock.now())
        let arrivals = (0..<700).map { number in
            UserInsertion(
                uuid: .random(from: random),
                draft: UserDraft(username: Username(stored: "user\(number)"))
            )
        }
        let found = try await test.directory.store.write { transaction throws(MusterError) in
            _ = try transaction.insertUsers(arrivals, at: now)
            return try transaction.user(.username("user699"))
        }
        let user = try #require(found)
        try await test.directory.store.write { transaction throws(MusterError) in
            for number in 0..<SSHKeyPolicy.maximumKeysPerUser {
                // As long as the largest that is taken.
                let blob = [UInt8](repeating: UInt8(number), count: 2_071)
                let key = StoredSSHKey(
                    key: SSHPublicKey(stored: .rsa, blob: blob),
                    fingerprint: "SHA256:\(number)",
                    addedAt: now
                )
                _ = try transaction.addSSHKey(key, to: user.id)
            }
        }
        let pair = try await keys(of: user)
        let path = "/muster/v1/users/\(user.id.rawValue)/ssh-keys"
        #expect(try answer(path, keys(pair)) == nil)
        #expect(try answer("/activelogic/v1/users/\(user.id.rawValue)/keys", keys(pair)) == nil)
        #expect(try answer("/muster/v1/account", keys(pair)) != nil)
        var held: [Response] = []
        for _ in 1...64 { held.append(try await server.send(.get, path, as: pair)) }
        #expect(held.allSatisfy { $0.status == .ok })
        let refused = try await server.send(.get, path, as: pair)
        #expect(refused.status == .serviceUnavailable && refused.headers[.retryAfter] == "2")
        held.removeAll()
        let again = try await server.send(.get, path, as: pair)
        #expect(try await again.text().utf8.count > ListShares.free)
    }

    @Test("refused credentials are answered as the router does")
    func refusal() async throws {
        let wrong = [("X-APIKeys", "accessKey=1;secretKey=2")]
        let found = try #require(try answer("/users/2", wrong))
        #expect(found.lines.contains("HTTP/1.1 401 Unauthorized"))
        #expect(found.body.contains("Invalid credentials."))
    }

    @Test(
        "what is not known, not shown to anybody, without end or too large is left to the router",
        arguments: [
            "/", "/users", "/users/", "/users/2/", "/users/2/keys", "/userS/2", "//users/2",
            "/%75sers/2", "/users?limit=21", "/users?limit=1&q=a", "/users?after=5",
            "/server/status", "/users/2#a",
            "/activelogic/v1/users/by-name/", "/activelogic/v1/users/by-name/a/b",
        ]
    )
    func left(_ path: String) async throws {
        let pair = test.administratorKeys
        let found = try answer(path, keys(pair))
        // A fragment is not taken off here; it names nobody there either.
        #expect(found == nil || path == "/users/2#a")
        #expect(try answer("/users/2", []) == nil, "no credentials")
        let large = keys(pair) + [("X-Filler", String(repeating: "x", count: 2048))]
        #expect(try answer("/users/2", large) == nil, "too large")
    }

    @Test(
        "requests that are more than a question are left to the router",
        arguments: [
            ("Connection", "close"), ("connection", "upgrade"), ("Content-Length", "0"),
            ("TRANSFER-ENCODING", "chunked"), ("Expect", "100-continue"), ("If-Match", "\"1\""),
            ("X-Impersonate", "username=jane@example.com"), ("Upgrade", "websocket"),
        ]
    )
    func unfit(_ name: String, _ value: String) throws {
        let keys = keys(test.administratorKeys)
        #expect(try answer("/users/2", keys) != nil)
        #expect(try answer("/users/2", keys + [(name, value)]) == nil)
    }

    @Test("other methods, versions and forms of a request's line are left to the router")
    func otherLines() throws {
        let keys = keys(test.administratorKeys)
        #expect(try answer("/users/2", keys + [("Connection", "Keep-Alive")]) != nil)
        #expect(try answer(to: head("/users/2", keys, method: "HEAD")) == nil)
        #expect(try answer(to: head("/users/2", keys, method: "get")) == nil)
        #expect(try answer(to: head("/users/2", keys, version: "HTTP/1.0")) == nil)
    }

    @Test("a user who was disabled a moment ago is refused")
    func disabled() async throws {
        let user = try await test.makeUser("jane@example.com")
        let pair = try await keys(of: user)
        let path = "/activelogic/v1/users/\(user.id.rawValue)"
        #expect(try answer(path, keys(pair))?.lines.contains("HTTP/1.1 200 OK") == true)
        var disabled = user
        disabled.isEnabled = false
        try await test.overwrite(disabled)
        #expect(try answer(path, keys(pair))?.lines.contains("HTTP/1.1 401 Unauthorized") == true)
    }

    @Test("each second has its own date, in the form of RFC 9110")
    func dates() {
        let dates = HTTPDates()
        #expect(dates.text(Timestamp(rawValue: 784_111_777_999)) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(dates.text(Timestamp(rawValue: 784_111_778_000)) == "Sun, 06 Nov 1994 08:49:38 GMT")
        #expect(dates.text(Timestamp(rawValue: 0)) == "Thu, 01 Jan 1970 00:00:00 GMT")
    }
}
