import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Hashes with former parameters, or from elsewhere", .everyStore)
struct RehashTests {
    private static let name = "jane@example.com"
    private static let right = TestDirectory.administratorPassword
    private let hasher = InstantHasher()
    private let test: TestDirectory
    private let user: User

    init() async throws {
        test = try await TestDirectory(hasher: hasher)
        user = try await test.makeUser(Self.name)
        hasher.changeParameters()
    }

    private static func kept(
        _ test: TestDirectory,
        _ user: User
    ) async throws(MusterError) -> PasswordHash? {
        try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.password(of: user.id)?.hash
        }
    }

    private static func pam(
        _ test: TestDirectory,
        _ password: Secret<String>
    ) async throws(MusterError) -> Bool {
        try await LocalLoginService(test.directory).opens(
            LoginRequest(username: name, password: password),
            from: "192.0.2.7",
            requestID: TestDirectory.requestID
        )
    }

    private static func authenticate(
        _ test: TestDirectory,
        _ password: Secret<String>
    ) async throws(MusterError) -> Masks {
        try await test.credentialChecks.check(
            LoginRequest(username: name, password: password),
            from: "192.0.2.7",
            by: test.asMaskAdministrator
        )
    }

    enum Way: CaseIterable {
        case login, pam, authenticate

        func take(_ test: TestDirectory, _ password: Secret<String>) async throws {
            switch self {
            case .login: _ = try await test.logIn(RehashTests.name, password)
            case .pam:
                guard try await RehashTests.pam(test, password) else {
                    throw MusterError(.credentialsInvalid, "refused")
                }
            case .authenticate: _ = try await RehashTests.authenticate(test, password)
            }
        }
    }

    @Test(
        "are replaced by every way in that sees the right password, once",
        arguments: Way.allCases
    )
    func replaced(_ way: Way) async throws {
        let former = try await Self.kept(test, user)
        let wrong = Secret("Not-The-Password-1")
        try? await way.take(test, wrong)
        #expect(try await Self.kept(test, user) == former, "a wrong password replaces nothing")
        try await way.take(test, Self.right)
        let renewed = try await Self.kept(test, user)
        #expect(renewed != former && renewed != nil)
        let calls = hasher.calls.hashes
        try await way.take(test, Self.right)
        #expect(try await Self.kept(test, user) == renewed)
        #expect(hasher.calls.hashes == calls, "nothing is computed for nothing")
    }

    private func isUnused(since moment: Timestamp) async throws -> Bool {
        let present = try await test.current(user)
        return UserFilter.unusedSince(moment).keeps(present, hasFactor: false, keysMadeAt: nil)
    }

    @Test("a right password is a use of the account by every way in", arguments: Way.allCases)
    func used(_ way: Way) async throws {
        test.clock.advance(by: .seconds(60))
        let start = test.clock.now()
        #expect(try await isUnused(since: start))
        try? await way.take(test, Secret("Not-The-Password-1"))
        #expect(try await isUnused(since: start))
        try await way.take(test, Self.right)
        #expect(try await !isUnused(since: start))
        #expect(try await test.current(user).logins.lastSuccess == start)
        // Wrong codes count, too, and must not be forgotten by a way in that asks for none.
        #expect(try await test.current(user).logins.failureCount == (way == .login ? 0 : 1))
    }

    @Test("are replaced by the first step of a login that asks for a code, too")
    func firstStep() async throws {
        var changed = try await test.current(user)
        changed.email = "jane@example.com"
        changed.secondFactor.isEmailEnabled = true
        try await test.overwrite(changed)
        let former = try await Self.kept(test, user)
        let refusal = await failure { try await test.logIn(Self.name) }
        #expect(refusal?.code == .codeRequired)
        #expect(try await Self.kept(test, user) != former)
    }

    @Test("are replaced by a confirmation that leaves the password as it is")
    func confirmed() async throws {
        let former = try await Self.kept(test, user)
        let changes = UserChanges {
            $0.email = "other@example.com"
            $0.currentPassword = Self.right
        }
        _ = try await test.users.edit(.oneself, by: try await test.asUser(user)) { changes }
        let renewed = try await Self.kept(test, user)
        #expect(renewed != former && renewed != nil)
        #expect(try await test.current(user).email == "other@example.com")

        hasher.changeParameters()
        let owner = try await test.asUser(try test.current(user))
        try await test.secondFactors.configure(.oneself, by: owner) {
            SecondFactorSettings(
                isEmailEnabled: true,
                isSMSEnabled: false,
                phone: nil,
                password: Self.right
            )
        }
        #expect(try await Self.kept(test, user) != renewed)
    }

    @Test("a confirmation computes no hash but that of the new password")
    func confirmation() async throws {
        let calls = hasher.calls.hashes
        try await test.passwords.change(.user(.id(user.id)), by: test.asAdministrator) {
            PasswordChange(
                new: Secret("Another-Horse-8"),
                current: Self.right,
                isTemporary: false
            )
        }
        #expect(hasher.calls.hashes == calls + 1)
    }

    @Test(
        "right passwords that are checked together all come in, by every way",
        arguments: Way.allCases
    )
    func together(_ way: Way) async throws {
        let text = Self.right.withExposedValue { $0 }
        let hasher = MeetingHasher(checks: 4, of: text)
        let test = try await TestDirectory(hasher: hasher)
        let user = try await test.makeUser(Self.name)
        hasher.changeParameters()
        let former = try await Self.kept(test, user)
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask { try await way.take(test, Self.right) }
            }
            try await group.waitForAll()
        }
        #expect(try await Self.kept(test, user) != former)
        #expect(try await test.current(user).logins.failureTotal == 0)
    }
}
