import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite(
    "While a password is hashed things change, and the change is judged by what is then",
    .everyStore
)
struct MeanwhileTests {
    private static let new = Secret("another password")
    private let hasher = ActingHasher()
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory(hasher: hasher)
    }

    /// Somebody who administers by its masks alone.
    private func maskAdministrator() async throws -> Principal {
        var user = try await test.makeUser("mask@example.com")
        user.masks = Masks(write: Resource.users.bit)
        try await test.overwrite(user)
        return try await test.asUser(user, by: .masks)
    }

    private func meanwhile(_ user: User, _ change: @escaping @Sendable (inout User) -> Void) {
        let test = test
        hasher.meanwhile {
            do {
                var now = try await test.current(user)
                change(&now)
                try await test.overwrite(now)
            } catch {
                Issue.record(error)
            }
        }
    }

    private func failureOfReset(of user: User, by caller: Principal) async -> MusterError.Code? {
        await failure {
            try await test.passwords.change(.user(.id(user.id)), by: caller) {
                () throws(MusterError) in PasswordChange(new: Self.new, current: nil)
            }
        }?.code
    }

    private func failureOfEdit(of user: User, by caller: Principal) async -> MusterError.Code? {
        let changes = UserChanges { $0.password = Self.new }
        return await failure {
            try await test.users.edit(.user(.id(user.id)), by: caller) {
                () throws(MusterError) in changes
            }
        }?.code
    }

    @Test("an owner who is promoted meanwhile keeps its password", arguments: [true, false])
    func promotion(_ isEdit: Bool) async throws {
        let caller = try await maskAdministrator()
        let user = try await test.makeUser("jane@example.com")
        meanwhile(user) { $0.role = .administrator }
        let code =
            isEdit
            ? await failureOfEdit(of: user, by: caller)
            : await failureOfReset(of: user, by: caller)
        #expect(code == .escalation)
        _ = try await test.logIn("jane@example.com")
    }

    @Test("an owner who is given more bits meanwhile keeps its password", arguments: [true, false])
    func bits(_ isEdit: Bool) async throws {
        let caller = try await maskAdministrator()
        let user = try await test.makeUser("jane@example.com")
        meanwhile(user) { $0.masks.write = Resource.configuration.bit }
        let code =
            isEdit
            ? await failureOfEdit(of: user, by: caller)
            : await failureOfReset(of: user, by: caller)
        #expect(code == .escalation)
        _ = try await test.logIn("jane@example.com")
    }

    @Test("a caller who loses its bits meanwhile makes nobody, and resets nothing")
    func caller() async throws {
        let caller = try await maskAdministrator()
        let user = try await test.makeUser("jane@example.com")
        meanwhile(caller.user) { $0.masks.write = 0 }
        #expect(await failureOfReset(of: user, by: caller) == .insufficientScope)
        meanwhile(caller.user) { $0.masks.write = Resource.users.bit }
        _ = try await test.logIn("jane@example.com")
        meanwhile(caller.user) { $0.masks.write = 0 }
        let draft = UserDraft(username: Username(stored: "new@example.com"))
        let refusal = await failure {
            try await test.users.create(by: caller) { () throws(MusterError) in (draft, Self.new) }
        }
        #expect(refusal?.code == .insufficientScope)
        let made = await failure { try await test.logIn("new@example.com", Self.new) }
        #expect(made?.code == .credentialsInvalid, "nobody was made")
    }

    @Test("a caller who is demoted meanwhile gives nobody its former role")
    func role() async throws {
        let user = try await test.makeUser("second@example.com", role: .administrator)
        let caller = try await test.asUser(user)
        meanwhile(user) { $0.role = .basic }
        let draft = UserDraft(
            username: Username(stored: "new@example.com"),
            role: .administrator
        )
        let refusal = await failure {
            try await test.users.create(by: caller) { () throws(MusterError) in (draft, Self.new) }
        }
        #expect(refusal?.code == .insufficientScope)
    }

    @Test(
        "another system is told no about who is shut out while it waits",
        arguments: ["disabled", "password way closed", "elsewhere"]
    )
    func authenticate(_ way: String) async throws {
        let user = try await test.makeUser("jane@example.com")
        meanwhile(user) { user in
            switch way {
            case "disabled": user.isEnabled = false
            case "password way closed": user.authorizations.password = false
            default: user.hosts = (try? AllowedNetworks(["192.0.2.200"])) ?? AllowedNetworks()
            }
        }
        let refusal = await failure {
            try await test.credentialChecks.check(
                LoginRequest(
                    username: "jane@example.com",
                    password: TestDirectory.administratorPassword
                ),
                from: "203.0.113.9",
                by: test.asMaskAdministrator
            )
        }
        #expect(refusal?.code == .loginFailed)
    }

    @Test("another system is told no about a temporary password")
    func temporary() async throws {
        let user = try await test.makeUser("jane@example.com")
        try await test.passwords.change(.user(.id(user.id)), by: test.asAdministrator) {
            () throws(MusterError) in
            PasswordChange(new: Self.new, current: nil, isTemporary: true)
        }
        let refusal = await failure {
            try await test.credentialChecks.check(
                LoginRequest(username: "jane@example.com", password: Self.new),
                from: "203.0.113.9",
                by: test.asMaskAdministrator
            )
        }
        #expect(refusal?.code == .loginFailed)
    }

    @Test("of many guesses at the present password at once only as many are checked as may fail")
    func guesses() async throws {
        let user = try await test.makeUser("jane@example.com")
        let session = try await test.enter(try await test.logIn("jane@example.com"))
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask {
                    _ = await failure {
                        try await test.passwords.change(.oneself, by: session) {
                            () throws(MusterError) in
                            PasswordChange(new: Self.new, current: Secret("guess \(number)"))
                        }
                    }
                }
            }
        }
        let failures = try await test.current(user).logins.failureTotal
        #expect(failures == LockoutRule.maximumFailures + 1)
        let refusal = await failure {
            try await test.passwords.change(.oneself, by: session) { () throws(MusterError) in
                PasswordChange(new: Self.new, current: TestDirectory.administratorPassword)
            }
        }
        #expect(refusal?.code == .currentPasswordInvalid, "the lock holds")
    }
}
