import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Acting in another user's name", .everyStore)
struct ImpersonationTests {
    private let store: FaultyStore
    private let test: TestDirectory
    private let user: User

    init() async throws {
        store = try FaultyStore()
        test = try await TestDirectory(store: store)
        user = try await test.makeUser("jane@example.com")
    }

    private func impersonate(
        _ name: String = "jane@example.com",
        by principal: Principal? = nil
    ) async throws(MusterError) -> Principal {
        try await test.authenticator.impersonate(name, by: principal ?? test.asAdministrator)
    }

    /// What the log says of impersonations, in its order.
    private func story() async throws -> [AuditAction] {
        let told: Set<AuditAction> = [.impersonationStart, .impersonationEnd]
        return try await test.auditEvents().map(\.action).filter(told.contains)
    }

    private func events(_ action: AuditAction) async throws -> [AuditEvent] {
        try await test.auditEvents().filter { $0.action == action }
    }

    @Test(
        "the call runs with the other's rights",
        arguments: ["jane@example.com", "JANE@Example.com"]
    )
    func rights(_ name: String) async throws {
        let principal = try await impersonate(name)
        #expect(principal.user.id == user.id)
        #expect(principal.impersonator?.id == test.administrator.id)
        #expect(try await test.users.details(.oneself, by: principal).id == user.id)
        let refusal = await failure {
            try await test.users.details(.user(.id(user.id)), by: principal)
        }
        #expect(refusal?.code == .insufficientScope)
    }

    @Test(
        "an unknown name is refused like any other",
        arguments: ["", "nobody@example.com", "%", "2"]
    )
    func unknown(_ name: String) async {
        let refusal = await failure { try await impersonate(name) }
        #expect(refusal?.code == .impersonationRefused && refusal?.message == "Forbidden")
    }

    @Test("a disabled user is refused, and so is a caller below Administrator")
    func refused() async throws {
        let below = try await test.asUser(
            try await test.makeUser("other@example.com", role: .scanManager)
        )
        let byOther = await failure { try await impersonate(by: below) }
        #expect(byOther?.code == .impersonationRefused && byOther?.message == "Forbidden")
        var disabled = user
        disabled.isEnabled = false
        try await test.overwrite(disabled)
        let refusal = await failure { try await impersonate() }
        #expect(refusal?.code == .impersonationRefused && refusal?.message == "Forbidden")
        #expect(try await events(.impersonationStart).isEmpty)
    }

    @Test("nobody impersonates while impersonating, but an administrator as an administrator")
    func nested() async throws {
        let inner = try await impersonate()
        let refusal = await failure { try await impersonate("admin@example.com", by: inner) }
        #expect(refusal?.code == .impersonationRefused)
    }

    @Test("the log says once that it began, with both names and from where")
    func start() async throws {
        for _ in 1...5 {
            _ = try await impersonate()
            test.clock.advance(by: .seconds(60))
        }
        let starts = try await events(.impersonationStart)
        #expect(starts.count == 1)
        #expect(starts.first?.actor?.uuid == test.administrator.uuid)
        #expect(starts.first?.target?.uuid == user.uuid)
        #expect(starts.first?.address == "192.0.2.1")
        #expect(try await events(.impersonationEnd).isEmpty)
    }

    @Test(
        "it ends when none has come for five minutes",
        arguments: [(299_999, false), (300_000, true)]
    )
    func end(_ milliseconds: Int, _ hasEnded: Bool) async throws {
        _ = try await impersonate()
        test.clock.advance(by: .milliseconds(milliseconds))
        try await test.directory.impersonations.settle(test.directory.access)
        let ends = try await events(.impersonationEnd)
        #expect(ends.count == (hasEnded ? 1 : 0))
        if hasEnded {
            #expect(ends.first?.actor?.uuid == test.administrator.uuid)
            #expect(ends.first?.target?.uuid == user.uuid)
            #expect(ends.first?.address == "192.0.2.1")
        }
        _ = try await impersonate()
        #expect(try await events(.impersonationStart).count == (hasEnded ? 2 : 1))
    }

    @Test("one whose end nobody has noted yet is not gone on with: it ends, and another one begins")
    func rests() async throws {
        _ = try await impersonate()
        test.clock.advance(by: ImpersonationLog.restAfter)
        _ = try await impersonate()
        #expect(try await story() == [.impersonationStart, .impersonationEnd, .impersonationStart])
    }

    @Test("one that was noted while the clock was ahead has ended once the clock is right")
    func clockWasAhead() async throws {
        test.clock.advance(by: .seconds(3600))
        _ = try await impersonate()
        test.clock.advance(by: .seconds(-3600))
        try await test.directory.impersonations.settle(test.directory.access)
        #expect(try await story() == [.impersonationStart, .impersonationEnd])
        test.clock.advance(by: .seconds(3600))
        _ = try await impersonate()
        test.clock.advance(by: .seconds(-3600))
        _ = try await impersonate()
        let all: [AuditAction] = [.impersonationStart, .impersonationEnd]
        #expect(try await story() == all + all + [.impersonationStart])
    }

    @Test("a clock that is set back by a moment ends none")
    func smallStep() async throws {
        _ = try await impersonate()
        test.clock.advance(by: .zero - Timestamp.clockTolerance)
        try await test.directory.impersonations.settle(test.directory.access)
        _ = try await impersonate()
        #expect(try await story() == [.impersonationStart])
    }

    @Test("all end when the server stops")
    func stop() async throws {
        _ = try await test.makeUser("other@example.com")
        _ = try await impersonate()
        _ = try await impersonate("other@example.com")
        try await test.directory.impersonations.settle(test.directory.access, all: true)
        #expect(try await events(.impersonationEnd).count == 2)
        try await test.directory.impersonations.settle(test.directory.access, all: true)
        #expect(try await events(.impersonationEnd).count == 2)
    }

    @Test("a change made so is recorded with both: who did it, and in whose name")
    func changes() async throws {
        let principal = try await impersonate()
        _ = try await test.users.edit(.oneself, by: principal) { () throws(MusterError) in
            UserChanges { $0.name = "Jane" }
        }
        let event = try #require(try await events(.userUpdate).last)
        #expect(event.actor?.uuid == test.administrator.uuid)
        #expect(event.impersonated?.uuid == user.uuid)
        #expect(event.target?.uuid == user.uuid)
    }

    @Test("without impersonation a record names nobody impersonated")
    func plainChanges() async throws {
        #expect(try await test.auditEvents().allSatisfy { $0.impersonated == nil })
    }

    @Test("a beginning that could not be written is written with the next request")
    func failedStart() async throws {
        store.failWrites(1)
        let refusal = await failure { try await impersonate() }
        #expect(refusal?.code == .storeUnavailable)
        _ = try await impersonate()
        #expect(
            try await events(.impersonationStart).count == 1,
            "acting in another's name left no record"
        )
    }

    @Test("an end that could not be written is written later")
    func failedEnd() async throws {
        _ = try await impersonate()
        test.clock.advance(by: .seconds(300))
        store.failWrites(1)
        let refusal = await failure {
            try await test.directory.impersonations.settle(test.directory.access)
        }
        #expect(refusal?.code == .storeUnavailable)
        try await test.directory.impersonations.settle(test.directory.access)
        #expect(try await events(.impersonationEnd).count == 1)
    }
}
