import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("How many sessions there are", .everyStore)
struct SessionBoundTests {
    private let test: TestDirectory
    private let user: User

    init() async throws {
        test = try await TestDirectory()
        user = try await test.makeUser("jane@example.com")
    }

    private func openCount() async throws -> Int {
        try await test.directory.store.read(.bounded) { [user] reader throws(MusterError) in
            try reader.sessionCount(of: user.id)
        }
    }

    @Test("one session more than a user has ends the oldest, and that is in the audit log")
    func oldest() async throws {
        let stranger = try await test.makeUser("other@example.com")
        let others = try await test.logIn(stranger.username.text)
        var sessions: [IssuedSession] = []
        for _ in 0..<SessionLimits.perUser {
            // Few enough a minute to be recorded one by one.
            test.clock.advance(by: .seconds(3))
            sessions.append(try await test.logIn("jane@example.com"))
        }
        #expect(try await openCount() == 100)
        for session in sessions { #expect((try? await test.enter(session)) != nil) }

        test.clock.advance(by: .seconds(3))
        sessions.append(try await test.logIn("jane@example.com"))
        let refusal = await failure { try await test.enter(sessions[0]) }
        #expect(refusal?.code == .sessionExpired)
        #expect(refusal?.details["reason"] == "replaced")
        for session in sessions.dropFirst() { #expect((try? await test.enter(session)) != nil) }
        #expect(try await test.enter(others).user.id == stranger.id)
        #expect(try await openCount() == 100)

        let ends = try await test.auditEvents().filter { $0.action == .sessionDelete }
        let name = sessions[0].token.withExposedValue {
            SessionID(test.directory.digester.digest($0.utf8)).text
        }
        #expect(ends.count == 1)
        #expect(ends.first?.actor?.name == "jane@example.com")
        let fields = ends.first.map { $0.fields.map { "\($0.key)=\($0.value)" } }
        #expect(fields == ["session=\(name)", "reason=replaced"])
    }

    @Test("a sweep goes through all sessions, some thousands in a transaction")
    func manyTurns() async throws {
        let begun = test.clock.now()
        let count = 4_100
        try await test.directory.store.write { [user] transaction throws(MusterError) in
            for number in 0..<count {
                let bytes = [UInt8(number >> 8), UInt8(number & 0xFF)]
                try transaction.insertSession(
                    Session(
                        digest: Digest(bytes + [UInt8](repeating: 0, count: 30)),
                        user: user.id,
                        createdAt: begun,
                        lastSeenAt: begun,
                        address: nil
                    )
                )
            }
        }
        test.clock.advance(by: .seconds(86_401))
        let kept = try await test.logIn("jane@example.com")
        try await test.sessions.sweep()
        #expect(try await openCount() == 1)
        #expect(try await test.enter(kept).user.id == user.id)
    }
}
