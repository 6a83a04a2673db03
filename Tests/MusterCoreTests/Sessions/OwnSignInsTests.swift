import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("What everybody sees of its own sign-ins", .everyStore)
struct OwnSignInsTests {
    private let test: TestDirectory
    private let jane: User

    init() async throws {
        test = try await TestDirectory()
        jane = try await test.makeUser("jane@example.com")
        _ = await failure { try await test.logIn("jane@example.com", Secret("wrong")) }
        _ = try await test.logIn("jane@example.com")
    }

    /// Has that many changes of the user recorded.
    private func record(_ count: Int) async throws {
        let (access, caller, party) = (
            test.directory.access, test.asAdministrator, AuditParty(jane)
        )
        try await test.directory.store.write { transaction throws(MusterError) in
            for _ in 0..<count {
                try transaction.appendAuditEvent(access.event(.userUpdate, by: caller, on: party))
            }
        }
    }

    private func signIns(_ limit: Int = 10) async throws -> [AuditAction] {
        let jane = try await test.asUser(jane)
        return try await test.audit.ownSignIns(by: jane, limit: limit).map(\.action)
    }

    @Test("the newest come first, of whatever kind, and no more than are asked for")
    func newest() async throws {
        let all = try await signIns()
        #expect(all.first != .userUpdate && all.count >= 2)
        #expect(all.contains(.sessionCreate) && all.contains(.authenticatePassword))
        try await record(600)
        #expect(try await signIns() == all, "what was recorded since is gone through")
        #expect(try await signIns(1) == Array(all.prefix(1)))
    }

    @Test("where very much else was recorded since, it is not gone through to the end")
    func bounded() async throws {
        try await record(2_000)
        #expect(try await signIns().isEmpty)
        _ = try await test.logIn("jane@example.com")
        #expect(try await !signIns().isEmpty)
    }
}
