import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Nobody who administers nobody fills the disk", .everyStore)
struct OwnChangeTests {
    private let store: FaultyStore
    private let test: TestDirectory
    private let user: User

    init() async throws {
        store = try FaultyStore()
        test = try await TestDirectory(store: store)
        user = try await test.makeUser("least@example.com", role: .basic)
    }

    private func rename(_ number: Int, by principal: Principal) async -> MusterError? {
        await failure {
            _ = try await test.users.edit(.oneself, by: principal) { () throws(MusterError) in
                var changes = UserChanges()
                changes.name = "name \(number)"
                return changes
            }
        }
    }

    @Test(
        "a user changes itself thirty times at once and ten times a minute, then it is told to wait"
    )
    func names() async throws {
        let principal = try await test.asUser(user)
        let other = try await test.asUser(try await test.makeUser("other@example.com"))
        for number in 0..<ChangeBudget.atOnce {
            #expect(await rename(number, by: principal) == nil)
        }
        let before = try await store.contents()
        let refusal = await rename(100, by: principal)
        #expect(refusal?.code == .rateLimited)
        #expect(refusal?.details["retry_after_seconds"] == "6")
        #expect(try await store.contents() == before)
        let keys = await failure { try await test.keys.rotate(.oneself, by: principal) }
        #expect(keys?.code == .rateLimited)
        #expect(await rename(0, by: other) == nil)
        test.clock.advance(by: .seconds(60))
        for number in 0..<10 { #expect(await rename(200 + number, by: principal) == nil) }
        #expect(await rename(300, by: principal)?.code == .rateLimited)
    }

    @Test("what is judged and refused counts; what cannot be read, and logging out, never do")
    func refused() async throws {
        let session = try await test.logIn("least@example.com")
        let principal = try await test.enter(session)
        for _ in 0..<ChangeBudget.atOnce {
            let refusal = await failure {
                _ = try await test.users.edit(.oneself, by: principal) { () throws(MusterError) in
                    UserChanges { $0.email = "elsewhere@example.org" }
                }
            }
            #expect(refusal?.code == .currentPasswordInvalid)
        }
        #expect(await rename(1, by: principal)?.code == .rateLimited)
        let unread = await failure {
            _ = try await test.users.edit(.oneself, by: principal) { () throws(MusterError) in
                throw MusterError(.bodyTooLarge, "cannot be read")
            }
        }
        #expect(unread?.code == .bodyTooLarge)
        try await test.sessions.logOut(principal)
        await #expect(throws: MusterError.self) { try await test.enter(session) }
    }

    @Test("administrators are not bounded")
    func administrators() async throws {
        let principal = try await test.asUser(
            try await test.makeUser("chief@example.com", role: .administrator)
        )
        for number in 0..<3 * ChangeBudget.atOnce {
            #expect(await rename(number, by: principal) == nil)
        }
    }

    @Test("a clock that was ahead holds up nobody, and what is remembered is bounded")
    func memory() {
        let budget = ChangeBudget()
        let now = FixedClock.start
        let ahead = now.advanced(by: .seconds(86_400))
        func payer(_ number: Int64) -> ChangeBudget.Payer {
            ChangeBudget.Payer(user: UserID(rawValue: number), credential: .keys, kind: .any)
        }
        for _ in 0..<ChangeBudget.atOnce { #expect(budget.take(payer(1), at: ahead) == nil) }
        #expect(budget.take(payer(1), at: ahead) != nil)
        #expect(budget.take(payer(1), at: now) == nil)
        // Two entries each.
        let count = Int64(ChangeBudget.limit) * 3 / 2
        for number in 0..<count { _ = budget.take(payer(number), at: now) }
        #expect(budget.count <= ChangeBudget.limit)
        for number in count - 100..<count {
            let taken = (1...ChangeBudget.atOnce).count { _ in
                budget.take(payer(number), at: now) == nil
            }
            #expect(taken == ChangeBudget.atOnce - 1)
        }
    }

    @Test(
        "logins of one user are recorded one by one, beyond some a minute as a count with its source"
    )
    func logins() async throws {
        let before = try await test.auditEvents().count
        for _ in 0..<RefusalAudit.signInsOneByOne + 12 {
            _ = try await test.logIn("least@example.com")
        }
        #expect(try await test.auditEvents().count - before == 2 * RefusalAudit.signInsOneByOne)
        test.clock.advance(by: .seconds(60))
        try await RefusalAudit.settle(test.directory.access)
        let count = try await test.auditEvents().last
        #expect(count?.isFailure == false && count?.target == AuditParty(user))
        #expect(
            count?.fields.prefix(3) == [
                AuditField("reason", "further logins"), AuditField("source", "192.0.2.1/32"),
                AuditField("count", "12"),
            ]
        )
    }

    @Test(
        "where the disk is nearly full only administrators go on to change themselves, and logins are counted"
    )
    func nearlyFull() async throws {
        let principal = try await test.asUser(user)
        store.setFreeBytes(DiskRoom.reserve - 1)
        let before = try await test.auditEvents().count
        let refusal = await rename(1, by: principal)
        #expect(refusal?.code == .overloaded)
        #expect(refusal?.cause as? Trouble == .disk)
        _ = try await test.logIn("least@example.com")
        _ = await failure { try await test.logIn("least@example.com", Secret("wrong")) }
        #expect(try await test.auditEvents().count == before)
        #expect(await rename(1, by: test.asAdministrator) == nil)
        _ = try await test.logIn(TestDirectory.administratorName)
        #expect(try await test.auditEvents().count == before + 3)
        store.setFreeBytes(DiskRoom.reserve)
        test.clock.advance(by: .seconds(1))
        #expect(await rename(1, by: principal) == nil)
    }
}
