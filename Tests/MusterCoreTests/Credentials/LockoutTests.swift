import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Failed logins lock the password", .everyStore)
struct LockoutTests {
    private static let wrong = Secret("wrong password")
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
    }

    private func failLogins(_ count: Int, _ name: String = "jane@example.com") async {
        for _ in 0..<count {
            let refusal = await failure { try await test.logIn(name, Self.wrong) }
            #expect(refusal?.code == .credentialsInvalid)
        }
    }

    private func canLogIn(_ name: String = "jane@example.com") async -> Bool {
        await failure { try await test.logIn(name) } == nil
    }

    @Test(
        "five failures are borne, the sixth locks",
        arguments: [(5, true), (6, false), (7, false)]
    )
    func threshold(_ failures: Int, _ isOpen: Bool) async throws {
        _ = try await test.makeUser("jane@example.com")
        await failLogins(failures)
        #expect(await canLogIn() == isOpen)
    }

    @Test("failures are counted while the password may be tried, and not while it is locked")
    func counts() async throws {
        let user = try await test.makeUser("jane@example.com")
        await failLogins(4)
        var logins = try await test.current(user).logins
        #expect(logins.failureCount == 4 && logins.failureTotal == 4)
        #expect(logins.lastFailure == test.clock.now())
        await failLogins(10)
        logins = try await test.current(user).logins
        #expect(logins.failureCount == 6 && logins.failureTotal == 6)
    }

    @Test("a success sets the count to zero and leaves the total")
    func success() async throws {
        let user = try await test.makeUser("jane@example.com")
        await failLogins(5)
        test.clock.advance(by: .seconds(1))
        #expect(await canLogIn())
        let logins = try await test.current(user).logins
        #expect(logins.failureCount == 0 && logins.failureTotal == 5)
        #expect(logins.lastSuccess == test.clock.now())
        #expect(logins.lastFailure == test.clock.now().advanced(by: .seconds(-1)))
    }

    @Test("the lock lasts as long as it was set to, and then the count begins again")
    func duration() async throws {
        let test = try await TestDirectory(
            rules: DirectoryRules(lockout: LockoutRule(duration: .seconds(60)))
        )
        let user = try await test.makeUser("jane@example.com")
        for _ in 0..<6 {
            _ = await failure { try await test.logIn("jane@example.com", Self.wrong) }
        }
        test.clock.advance(by: .milliseconds(59_999))
        let early = await failure { try await test.logIn("jane@example.com") }
        #expect(early?.code == .credentialsInvalid)
        test.clock.advance(by: .milliseconds(1))
        _ = await failure { try await test.logIn("jane@example.com", Self.wrong) }
        #expect(try await test.current(user).logins.failureCount == 1)
        _ = try await test.logIn("jane@example.com")
    }

    @Test("a password reset unlocks the password")
    func reset() async throws {
        let user = try await test.makeUser("jane@example.com")
        await failLogins(6)
        try await test.passwords.change(.user(.id(user.id)), by: test.asAdministrator) {
            () throws(MusterError) in
            PasswordChange(new: TestDirectory.administratorPassword, current: nil)
        }
        #expect(try await test.current(user).logins.failureCount == 0)
        #expect(await canLogIn())
    }

    @Test("a new pair of API keys unlocks the password")
    func newKeys() async throws {
        let user = try await test.makeUser("jane@example.com")
        await failLogins(6)
        _ = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        #expect(await canLogIn())
    }

    @Test("API keys and sessions that are there go on working")
    func otherMethods() async throws {
        let user = try await test.makeUser("jane@example.com")
        let keys = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        let session = try await test.logIn("jane@example.com")
        await failLogins(6)
        #expect(try await test.enter(keys).user.id == user.id)
        #expect(try await test.enter(session).user.id == user.id)
    }

    @Test("one user's failures do not lock another")
    func others() async throws {
        _ = try await test.makeUser("jane@example.com")
        _ = try await test.makeUser("other@example.com")
        await failLogins(6)
        await failLogins(6, "nobody@example.com")
        #expect(await canLogIn("other@example.com"))
    }

    @Test("a wrong current password counts like a failed login, and a lock holds there too")
    func currentPassword() async throws {
        let user = try await test.makeUser("jane@example.com")
        let session = try await test.enter(try await test.logIn("jane@example.com"))
        for _ in 0..<6 {
            let refusal = await failure {
                try await change(by: session, current: Self.wrong)
            }
            #expect(refusal?.code == .currentPasswordInvalid)
        }
        #expect(try await test.current(user).logins.failureCount == 6)
        let locked = try await test.asUser(try test.current(user), method: session.method)
        let refusal = await failure {
            try await change(by: locked, current: TestDirectory.administratorPassword)
        }
        #expect(refusal?.code == .currentPasswordInvalid)
        #expect(try await test.current(user).logins.failureTotal == 6, "not counted while locked")
    }

    private func change(
        by principal: Principal,
        current: Secret<String>
    ) async throws(MusterError) {
        try await test.passwords.change(.oneself, by: principal) { () throws(MusterError) in
            PasswordChange(new: Secret("another password"), current: current)
        }
    }

    @Test("a login that is being checked has its place among those that may still fail")
    func placeInFlight() async throws {
        let right = TestDirectory.administratorPassword
        let text = right.withExposedValue { $0 }
        let hasher = MeetingHasher(checks: 2, of: text)
        let test = try await TestDirectory(hasher: hasher)
        _ = try await test.makeUser("jane@example.com")
        async let outcome = failure { try await test.logIn("jane@example.com", right) }
        for await _ in hasher.arrivals { break }
        // With the one that waits they are six; a seventh would wait for its answer.
        for _ in 1...5 {
            _ = await failure { try await test.logIn("jane@example.com", Self.wrong) }
        }
        _ = await failure { try await test.logIn("nobody@example.com", right) }
        let refused = await outcome
        #expect(refused == nil, "the sixth may still be right")
    }

    @Test(
        "of many passwords tried at the same moment only as many are checked as may still fail",
        arguments: [7, 12, 13]
    )
    func sameSnapshot(_ count: Int) async throws {
        // The first six meet; were more let in together, more would be counted.
        let hasher = MeetingHasher(checks: LockoutRule.maximumFailures + 1)
        let test = try await TestDirectory(hasher: hasher)
        let user = try await test.makeUser("jane@example.com")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    _ = await failure { try await test.logIn("jane@example.com", Self.wrong) }
                }
            }
        }
        let logins = try await test.current(user).logins
        #expect(logins.failureCount == LockoutRule.maximumFailures + 1, "the lock was talked away")
        let refusal = await failure { try await test.logIn("jane@example.com") }
        #expect(refusal?.code == .credentialsInvalid)
    }
}
