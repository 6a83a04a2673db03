import HTTPTypes
import HummingbirdCore
import MusterAPI
import MusterCore
import MusterTesting
import StoreTesting
import Testing
import WireJSON

@testable import MusterServer

@Suite("Notes about users, and expiries, in every dialect", .everyStore)
struct NativeNoteTests {
    private static let secret = "Is on probation"
    private let native: NativeServer
    private var test: TestDirectory { native.test }

    init() async throws {
        native = try await NativeServer()
        let body = """
            {"username":"jane@example.com","password":"Correct-Horse-7","note":"\(Self.secret)",\
            "expires_at":4102444800000}
            """
        _ = try await native.make(body)
    }

    private func texts(_ paths: [String], as keys: APIKeyPair) async throws -> [String] {
        var texts: [String] = []
        for path in paths {
            let answer = try await native.server.send(.get, path, as: keys)
            #expect(answer.status == .ok, "\(path)")
            texts.append(try await answer.text())
        }
        return texts
    }

    @Test("administrators of users see a note; readers and the user itself see none")
    func seen() async throws {
        let bit = Resource.users.bit
        let (_, writer) = try await native.makeHolder("writer@example.com", write: bit)
        let (_, reader) = try await native.makeHolder("reader@example.com", read: bit)
        let paths = ["/muster/v1/users/jane@example.com", "/muster/v1/users?f=jane"]
        for keys in [test.administratorKeys, writer] {
            for text in try await texts(["/muster/v1/users/jane@example.com"], as: keys) {
                #expect(text.contains(Self.secret))
            }
        }
        #expect(
            try await texts(paths, as: test.administratorKeys).allSatisfy {
                $0.contains(Self.secret)
            }
        )
        for text in try await texts(paths, as: reader) {
            #expect(text.contains(#""note":null"#) && text.contains(#""expires_at":4102444800000"#))
        }
        let own = try await test.keys.rotate(
            .user(.id(UserID(rawValue: 3))),
            by: test.asAdministrator
        )
        let view = try await texts(["/muster/v1/users/jane@example.com"], as: own)
        #expect(view.first?.contains(#""note":null"#) == true)
    }

    @Test("neither stands in a record of the two other dialects")
    func otherDialects() async throws {
        let paths = ["/users", "/users/3", "/activelogic/v1/users", "/activelogic/v1/users/3"]
        for text in try await texts(paths, as: test.administratorKeys) {
            #expect(!text.contains("note") && !text.contains(Self.secret))
            #expect(!text.contains("expire") && !text.contains("4102444800000"))
        }
    }

    @Test("the log says that a note was set, changed or cleared, and never what it said")
    func logged() async throws {
        for (body, word) in [(#"{"note":"Other"}"#, "changed"), (#"{"note":null}"#, "cleared")] {
            #expect(try await native.send(.patch, "/users/3", body).status == .ok)
            #expect(try await test.auditEvents().last?.fields == [AuditField("note", word)])
        }
        let log = String(describing: try await test.auditEvents())
        #expect(!log.contains(Self.secret) && !log.contains("Other"))
    }

    @Test(
        "a note that does not fit is refused, and named",
        arguments: [
            String(repeating: "x", count: 1025), "a\\tb", "a\\rb", "a\\u0000b", "a\\u0085b",
            "a\\u001bb",
        ]
    )
    func refused(_ note: String) async throws {
        let answer = try await native.send(.patch, "/users/3", "{\"note\":\"\(note)\"}")
        #expect(answer.status == .badRequest)
        let text = try await answer.text()
        #expect(text.hasPrefix(#"{"error":{"code":"input.invalid","message":"\"note\" must have "#))
        #expect(text.contains(#","field":"note","rule":"must have "#))
        #expect(
            try await test.users.details(.user(.id(UserID(rawValue: 3))), by: test.asAdministrator)
                .note
                == Self.secret
        )
    }

    @Test("a note has newlines, and 1024 bytes")
    func taken() async throws {
        let note = "a\\n" + String(repeating: "\u{E9}", count: 511)
        let answer = try await native.send(.patch, "/users/3", "{\"note\":\"\(note)\"}")
        let record = try UserRecord(try await answer.object())
        #expect(record.note?.utf8.count == 1024 && record.note?.first == "a")
    }

    @Test("the list keeps those whose account has expired")
    func expired() async throws {
        let past = test.clock.now().rawValue
        _ = try await native.make("{\"username\":\"gone\",\"expires_at\":\(past)}")
        let users = try await native.send(.get, "/users?expired=true").objects("users")
        let records = try users.map { try UserRecord($0) }
        #expect(records.map(\.username) == ["gone"] && records.allSatisfy(\.isExpired))
        #expect(try await native.send(.get, "/users?expired=maybe").status == .badRequest)
    }

    @Test("an export has both, and an import takes them")
    func exported() async throws {
        let answer = try await native.send(.get, "/users/export")
        let lines = try await answer.text().split(separator: "\n")
        let line = try #require(lines.first { $0.contains("jane@example.com") })
        #expect(line.contains("\"expires_at\":4102444800000,\"note\":\"\(Self.secret)\""))
        let body = #"{"username":"jane@example.com","expires_at":null,"note":""}"#
        let taken = try await native.send(
            .post,
            "/users/import?mode=upsert",
            body,
            fields: [.contentType: "application/x-ndjson"]
        )
        #expect(taken.status == .ok)
        _ = try await taken.text()
        let user = try await test.users.details(
            .user(.username("jane@example.com")),
            by: test.asAdministrator
        )
        #expect(user.expiresAt == nil && user.note == nil)
    }
}
