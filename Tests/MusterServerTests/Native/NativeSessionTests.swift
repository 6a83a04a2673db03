import HTTPTypes
import HummingbirdCore
import MusterAPI
import MusterCore
import MusterTesting
import StoreTesting
import Testing
import WireJSON

@testable import MusterServer

@Suite("Sessions in the native API", .everyStore)
struct NativeSessionTests {
    private let native: NativeServer
    private var test: TestDirectory { native.test }

    init() async throws {
        native = try await NativeServer()
    }

    private func records(
        _ query: String = "",
        in session: IssuedSession? = nil
    ) async throws -> [SessionRecord] {
        let answer =
            if let session {
                try await native.send(.get, "/sessions" + query, in: session)
            } else {
                try await native.send(.get, "/sessions" + query)
            }
        #expect(answer.status == .ok)
        let text = try await answer.objects("sessions")
        return try text.map { try SessionRecord($0) }
    }

    @Test("an administrator sees all sessions, others their own, and which one asks")
    func list() async throws {
        let jane = try await test.makeUser("jane@example.com")
        let first = try await test.logIn("jane@example.com")
        test.clock.advance(by: .seconds(10))
        _ = try await test.logIn("jane@example.com", from: IPAddress("2001:db8::1"))
        test.clock.advance(by: .seconds(10))
        let admin = try await test.logIn(TestDirectory.administratorName)

        let all = try await records()
        #expect(
            all.map(\.username) == ["admin@example.com", "jane@example.com", "jane@example.com"]
        )
        #expect(all.map(\.address) == ["192.0.2.1", "2001:db8::1", "192.0.2.1"])
        #expect(all.allSatisfy { !$0.isCurrent && $0.id.utf8.count == 16 })
        #expect(Set(all.map(\.id)).count == 3)
        #expect(try await records("?user=3").map(\.userID) == [3, 3])
        #expect(
            try await records("?user=jane%40example.com&limit=1").map(\.address) == ["2001:db8::1"]
        )
        #expect(try await records(in: admin).map(\.isCurrent) == [true, false, false])

        let own = try await records(in: first)
        #expect(own.map(\.userID) == [jane.id.rawValue, jane.id.rawValue])
        #expect(own.map(\.isCurrent) == [false, true])
        #expect(own.last?.lastSeenAt == test.clock.now().rawValue, "seen just now")
        #expect(own.last?.createdAt == FixedClock.start.rawValue)
        #expect(try await records("?user=jane@example.com", in: first) == own)
        let others = try await native.send(.get, "/sessions?user=2", in: first)
        #expect(others.status == .forbidden)
        let page = try await native.send(.get, "/sessions?limit=1").object()
        #expect(page["total"] == .integer(3))
    }

    @Test("the list tells nothing by which anybody could sign in")
    func noToken() async throws {
        let session = try await test.logIn(TestDirectory.administratorName)
        let text = try await native.send(.get, "/sessions").text()
        #expect(!session.token.withExposedValue { text.contains($0) })
        let id = try #require(try await records().first?.id)
        let stranger = try await native.server.send(
            .get,
            "/session",
            fields: [.authorization: "Bearer \(id)"]
        )
        #expect(stranger.status == .unauthorized)
    }

    @Test("an administrator ends a session, which its owner is told, and the audit log too")
    func revoke() async throws {
        let jane = try await test.makeUser("jane@example.com")
        let session = try await test.logIn("jane@example.com")
        let other = try await test.logIn("jane@example.com")
        let id = try #require(try await records(in: session).first(where: \.isCurrent)?.id)
        #expect(try await native.send(.delete, "/sessions/\(id.uppercased())").status == .noContent)
        #expect(try await native.send(.get, "/sessions", in: session).status == .unauthorized)
        let value = session.token.withExposedValue { "Bearer \($0)" }
        let detached = try await native.server.send(
            .get,
            "/activelogic/v1/users",
            fields: [.authorization: value]
        )
        let text = try await detached.text()
        #expect(text.contains("PLDBDetached") && text.contains(#""reason":"revoked""#))
        #expect(try await native.send(.get, "/sessions", in: other).status == .ok)
        let event = try #require(try await test.auditEvents().last)
        #expect(event.action == .sessionDelete && event.target == AuditParty(jane))
        #expect(event.actor == AuditParty(test.administrator))
        #expect(event.fields == [AuditField("session", id)])
        #expect(try await native.send(.delete, "/sessions/\(id)").status == .notFound)
    }

    @Test("one ends one's own sessions, and nobody else's")
    func own() async throws {
        _ = try await test.makeUser("jane@example.com", role: .readOnly)
        let session = try await test.logIn("jane@example.com")
        let admin = try await test.logIn(TestDirectory.administratorName)
        let theirs = try #require(try await records(in: admin).first(where: \.isCurrent)?.id)
        // Whether there is such a session is not told.
        for id in [theirs, "0123456789abcdef", "nonsense"] {
            let answer = try await native.send(.delete, "/sessions/\(id)", in: session)
            #expect(answer.status == .forbidden)
        }
        #expect(
            try await native.send(.delete, "/users/2/sessions", in: session).status == .forbidden
        )
        let own = try #require(try await records(in: session).first?.id)
        #expect(
            try await native.send(.delete, "/sessions/\(own)", in: session).status == .noContent
        )
        #expect(try await native.send(.get, "/sessions", in: session).status == .unauthorized)
        #expect(try await native.send(.get, "/sessions", in: admin).status == .ok)
    }

    @Test("all sessions of a user end at once, and no other's")
    func revokeAll() async throws {
        _ = try await test.makeUser("jane@example.com")
        let sessions = [
            try await test.logIn("jane@example.com"), try await test.logIn("jane@example.com"),
        ]
        let admin = try await test.logIn(TestDirectory.administratorName)
        let count = try await test.auditEvents().count
        for _ in 1...2 {
            #expect(try await native.send(.delete, "/users/3/sessions").status == .noContent)
        }
        for session in sessions {
            #expect(try await native.send(.get, "/sessions", in: session).status == .unauthorized)
        }
        #expect(try await native.send(.get, "/sessions", in: admin).status == .ok)
        let events = try await test.auditEvents().dropFirst(count)
        // The second time nothing of it is left but what LDAP may have.
        #expect(events.map(\.action) == [.sessionDelete, .sessionDelete])
        #expect(events.first?.fields == [AuditField("sessions", "2")])
        #expect(events.last?.fields == [AuditField("sessions", "0")])
        #expect(try await native.send(.delete, "/users/99/sessions").status == .notFound)
    }
}
