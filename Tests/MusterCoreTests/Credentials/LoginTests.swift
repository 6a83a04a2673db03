import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Logging in by password", .everyStore)
struct LoginTests {
    private let hasher = InstantHasher()
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory(hasher: hasher)
    }

    /// The ways in which a login fails.
    enum Failing: CaseIterable, Sendable {
        case unknown
        case wrong
        case disabled
        case locked
        case elsewhere
        case notPermitted
        case noAddress
    }

    private func prepare(_ failing: Failing) async throws -> LoginRequest {
        var user = try await test.makeUser("jane@example.com")
        var name = "jane@example.com"
        var password = TestDirectory.administratorPassword
        switch failing {
        case .unknown: name = "nobody@example.com"
        case .wrong: password = Secret("wrong password")
        case .disabled: user.isEnabled = false
        case .locked:
            for _ in 0..<6 {
                _ = await failure { try await test.logIn(name, Secret("wrong password")) }
            }
        case .elsewhere, .noAddress: user.hosts = try AllowedNetworks(["10.0.0.0/8"])
        case .notPermitted: user.authorizations.password = false
        }
        try await test.overwrite(user)
        return LoginRequest(username: name, password: password)
    }

    @Test("whatever is wrong, the answer is the same", arguments: Failing.allCases)
    func oneAnswer(_ failing: Failing) async throws {
        let request = try await prepare(failing)
        let address = failing == .noAddress ? nil : TestDirectory.address
        let calls = hasher.calls
        let refusal = await failure {
            try await test.sessions.logIn(request, from: TestDirectory.origin(address))
        }
        #expect(refusal?.code == .credentialsInvalid)
        #expect(refusal?.message == "Invalid credentials.")
        #expect(refusal?.details == [:])
        #expect(hasher.calls.checks - calls.checks == 1, "a password was not hashed, or twice")
        #expect(hasher.calls.hashes == calls.hashes)
    }

    @Test("the audit log knows what was wrong", arguments: Failing.allCases)
    func reasons(_ failing: Failing) async throws {
        let request = try await prepare(failing)
        // After the first few of a minute only the number is recorded.
        test.clock.advance(by: .seconds(60))
        let before = try await test.auditEvents().count
        let address = failing == .noAddress ? nil : TestDirectory.address
        _ = await failure {
            try await test.sessions.logIn(request, from: TestDirectory.origin(address))
        }
        let events = try await test.auditEvents().dropFirst(before)
        #expect(events.count == 1)
        let event = try #require(events.first)
        #expect(event.action == .authenticatePassword && event.isFailure && event.actor == nil)
        #expect(event.target?.name == (failing == .unknown ? "unknown user" : "jane@example.com"))
        let reason =
            switch failing {
            case .unknown: "unknown user"
            case .wrong: "wrong password"
            case .disabled: "disabled"
            case .locked: "locked"
            case .elsewhere, .noAddress: "host not allowed"
            case .notPermitted: "password not permitted"
            }
        #expect(event.fields == [AuditField("reason", reason)])
    }

    @Test("a password typed into the name's field is not written down")
    func mistypedName() async throws {
        _ = await failure { try await test.logIn("My-Secret-Password-1") }
        let log = try await test.auditEvents().map { String(describing: $0) }.joined()
        #expect(!log.contains("My-Secret-Password-1"))
    }

    @Test(
        "a right password begins a session, by any spelling of the name",
        arguments: ["jane", "JANE"]
    )
    func success(_ spelling: String) async throws {
        let user = try await test.makeUser("jane@example.com")
        let before = try await test.auditEvents().count
        let issued = try await test.logIn(spelling + "@example.com")
        #expect(issued.user.id == user.id)
        #expect(issued.token.withExposedValue { Hex.isHex($0, count: 64) })
        let events = try await test.auditEvents().dropFirst(before)
        #expect(events.map(\.action) == [.authenticatePassword, .sessionCreate])
        #expect(events.allSatisfy { !$0.isFailure && $0.actor?.uuid == user.uuid })
        #expect(events.allSatisfy { $0.address == "192.0.2.1" && $0.at == test.clock.now() })
        #expect(events.allSatisfy { $0.requestID == TestDirectory.requestID })
    }

    @Test("two logins begin two sessions")
    func tokens() async throws {
        let first = try await test.logIn(TestDirectory.administratorName)
        let second = try await test.logIn(TestDirectory.administratorName)
        let differ = first.token.withExposedValue { one in
            second.token.withExposedValue { $0 != one }
        }
        #expect(differ)
        #expect(try await test.enter(first).user.id == test.enter(second).user.id)
    }

    @Test("a hash with former parameters is made again at the next login, and only then")
    func rehash() async throws {
        let user = try await test.makeUser("jane@example.com")
        let former = try await storedHash(of: user)
        hasher.changeParameters()
        _ = await failure { try await test.logIn("jane@example.com", Secret("wrong password")) }
        #expect(try await storedHash(of: user) == former)
        _ = try await test.logIn("jane@example.com")
        let renewed = try await storedHash(of: user)
        #expect(renewed != former)
        let kept = try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.formerPasswords(of: user.id)
        }
        #expect(kept == [], "the same password is no former one")
        let calls = hasher.calls
        _ = try await test.logIn("jane@example.com")
        #expect(try await storedHash(of: user) == renewed)
        #expect(hasher.calls.hashes == calls.hashes)
    }

    @Test("logins at the same time do not refuse each other because one hashes the password again")
    func rehashAtOnce() async throws {
        for number in 0..<20 {
            let name = "jane\(number)@example.com"
            _ = try await test.makeUser(name)
            hasher.changeParameters()
            try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask { _ = try await test.logIn(name) }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("an overloaded hasher is told, and neither counted nor written down")
    func overloaded() async throws {
        let user = try await test.makeUser("jane@example.com")
        let before = try await test.auditEvents().count
        hasher.setOverloaded(true)
        for name in ["jane@example.com", "nobody@example.com"] {
            let refusal = await failure { try await test.logIn(name) }
            #expect(refusal?.code == .overloaded)
            #expect(refusal?.details["retry_after_seconds"] == "1")
        }
        #expect(try await test.auditEvents().count == before)
        #expect(try await test.current(user).logins == LoginRecord())
    }

    private func storedHash(of user: User) async throws(MusterError) -> PasswordHash? {
        try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.password(of: user.id)?.hash
        }
    }
}
