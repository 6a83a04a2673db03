import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("A question about a password is answered as things are at that moment", .everyStore)
struct CredentialCheckMomentTests {
    private static let allowed = LockoutRule.maximumFailures + 1

    /// What happens to a user while its password is checked.
    enum Happening: String, CaseIterable, Sendable {
        case disabled
        case deleted
        case methodForbidden
        case hostsMoved
        case passwordChanged
        case madeTemporary
        case locked

        /// What the audit log says.
        var reason: String {
            switch self {
            case .disabled: "disabled"
            case .methodForbidden: "password not permitted"
            case .hostsMoved: "host not allowed"
            case .deleted, .passwordChanged, .madeTemporary: "changed meanwhile"
            case .locked: "locked"
            }
        }
    }

    private func happen(_ what: Happening, to user: User, _ test: TestDirectory) async throws {
        var user = user
        switch what {
        case .disabled: user.isEnabled = false
        case .methodForbidden: user.authorizations.password = false
        case .hostsMoved: user.hosts = try AllowedNetworks(["10.0.0.0/8"])
        case .deleted:
            return try await test.users.delete(.id(user.id), by: test.asAdministrator) {
                () throws(MusterError) in nil
            }
        case .passwordChanged, .madeTemporary:
            let change = PasswordChange(
                new: TestDirectory.administratorPassword,
                current: nil,
                isTemporary: what == .madeTemporary
            )
            try await test.passwords.change(.user(.id(user.id)), by: test.asAdministrator) {
                () throws(MusterError) in change
            }
            return
        case .locked:
            let (id, now) = (user.id, test.clock.now())
            return try await test.directory.store.write { transaction throws(MusterError) in
                try transaction.updateLogins(
                    of: id,
                    to: LoginRecord(failureCount: Self.allowed, lastFailure: now)
                )
            }
        }
        try await test.overwrite(user)
    }

    private func check(
        _ test: TestDirectory,
        _ password: Secret<String> = TestDirectory.administratorPassword
    ) async throws(MusterError) -> Masks {
        try await test.credentialChecks.check(
            LoginRequest(username: "jane@example.com", password: password),
            from: "203.0.113.9",
            by: test.asMaskAdministrator
        )
    }

    @Test(
        "what happens while the password is checked makes the answer no",
        arguments: Happening.allCases
    )
    func meanwhile(_ what: Happening) async throws {
        let store = try FaultyStore()
        let lockout = LockoutRule(duration: .seconds(900), scope: .account)
        let test = try await TestDirectory(rules: DirectoryRules(lockout: lockout), store: store)
        let user = try await test.makeUser("jane@example.com")
        store.beforeNextChange {
            do {
                try await happen(what, to: user, test)
            } catch {
                Issue.record(error)
            }
        }
        let refusal = await failure { try await check(test) }
        #expect(refusal?.code == .loginFailed && refusal?.details == [:])
        let event = try #require(try await test.auditEvents().last)
        #expect(event.isFailure && event.action == .authenticatePassword)
        #expect(event.fields.first == AuditField("reason", what.reason))
    }

    @Test("after six wrong guesses the right password is no answer, and opens again with time")
    func lock() async throws {
        let test = try await TestDirectory()
        _ = try await test.makeUser("jane@example.com")
        for number in 0..<Self.allowed {
            let refusal = await failure { try await check(test, Secret("guess \(number)")) }
            #expect(refusal?.code == .loginFailed)
        }
        let refusal = await failure { try await check(test) }
        #expect(refusal?.code == .loginFailed)
        #expect(try await test.auditEvents().last?.fields.first == AuditField("reason", "locked"))
        test.clock.advance(by: .seconds(900))
        #expect(try await check(test) == Masks())
    }

    @Test("of many guesses at the same moment only as many are checked as may fail")
    func sameSnapshot() async throws {
        let test = try await TestDirectory(hasher: MeetingHasher(checks: Self.allowed))
        let user = try await test.makeUser("jane@example.com")
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<10 {
                group.addTask {
                    let refusal = await failure { try await check(test, Secret("guess \(number)")) }
                    #expect(refusal?.code == .loginFailed)
                }
            }
        }
        #expect(try await test.current(user).logins.failureTotal == Self.allowed)
        test.clock.advance(by: .seconds(60))
        let refusal = await failure { try await check(test) }
        #expect(refusal?.code == .loginFailed)
    }

    @Test("a temporary password is no answer, and the log says why")
    func temporary() async throws {
        let test = try await TestDirectory()
        let user = try await test.makeUser("jane@example.com")
        try await happen(.madeTemporary, to: user, test)
        let refusal = await failure { try await check(test) }
        #expect(refusal?.code == .loginFailed)
        let fields = try #require(try await test.auditEvents().last?.fields)
        #expect(fields.first == AuditField("reason", "temporary password"))
    }
}
