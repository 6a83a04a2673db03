import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Answering another system's questions about passwords", .everyStore)
struct CredentialCheckTests {
    private static let wrong = Secret("wrong password")
    private let hasher = InstantHasher()
    private let test: TestDirectory
    private let caller: Principal

    init() async throws {
        test = try await TestDirectory(hasher: hasher)
        caller = test.asMaskAdministrator
    }

    private func check(
        _ name: String,
        _ password: Secret<String> = TestDirectory.administratorPassword,
        from address: String = "203.0.113.9"
    ) async throws(MusterError) -> Masks {
        try await test.credentialChecks.check(
            LoginRequest(username: name, password: password),
            from: address,
            by: caller
        )
    }

    private func makeUser() async throws -> User {
        var user = try await test.makeUser("jane@example.com")
        user.masks = Masks(read: 5, write: 1, liveview: 2)
        try await test.overwrite(user)
        return user
    }

    @Test("a right password is answered with the user's masks, and is a use of the account")
    func right() async throws {
        let user = try await makeUser()
        let before = try await test.auditEvents().count
        #expect(try await check("JANE@example.com") == user.masks)
        let events = try await test.auditEvents().dropFirst(before)
        #expect(events.map(\.action) == [.authenticatePassword])
        #expect(events.first?.actor == AuditParty(test.administrator))
        #expect(events.first?.target == AuditParty(user))
        #expect(events.first?.address == "203.0.113.9")
        #expect(try await test.current(user).logins == LoginRecord(lastSuccess: test.clock.now()))
    }

    @Test(
        "whatever is wrong, the answer and the work are the same",
        arguments: ["wrong", "unknown", "disabled", "elsewhere", "malformed", "method"]
    )
    func oneAnswer(_ what: String) async throws {
        var user = try await makeUser()
        user.isEnabled = what != "disabled"
        user.authorizations.password = what != "method"
        user.hosts = what == "elsewhere" ? try AllowedNetworks(["10.0.0.0/8"]) : AllowedNetworks()
        try await test.overwrite(user)
        let calls = hasher.calls
        let refusal = await failure {
            try await check(
                what == "unknown" ? "nobody@example.com" : "jane@example.com",
                what == "wrong" ? Self.wrong : TestDirectory.administratorPassword,
                from: what == "malformed" ? "203.0.113" : "203.0.113.9"
            )
        }
        #expect(refusal?.code == .loginFailed && refusal?.message == "Login Failed")
        #expect(refusal?.details == [:])
        #expect(hasher.calls.checks - calls.checks == 1)
        let event = try #require(try await test.auditEvents().last)
        #expect(event.isFailure && event.actor == AuditParty(test.administrator))
    }

    @Test("the eleventh question of a minute about one name from one place is not asked")
    func throttled() async throws {
        for _ in 1...10 {
            let refusal = await failure { try await check("nobody@example.com", Self.wrong) }
            #expect(refusal?.code == .loginFailed)
        }
        let refusal = await failure { try await check("NOBODY@example.com", Self.wrong) }
        #expect(refusal?.code == .loginFailed)
        #expect(try await lastReason() == "throttled")
        _ = await failure { try await check("nobody@example.com", Self.wrong, from: "::1") }
        #expect(try await lastReason() == "unknown user", "another place")
        test.clock.advance(by: .seconds(60))
        _ = await failure { try await check("nobody@example.com", Self.wrong) }
        #expect(try await lastReason() == "unknown user", "another minute")
    }

    private func failures() async throws -> Int {
        try await test.auditEvents().count(where: \.isFailure)
    }

    @Test("after a hundred wrong questions a minute a caller waits, and is answered all the same")
    func slowedCaller() async throws {
        _ = try await makeUser()
        for number in 1...100 {
            _ = await failure { try await check("user\(number)@example.com", Self.wrong) }
        }
        #expect(test.clock.waits.isEmpty)
        #expect(try await check("jane@example.com").write == 1)
        #expect(test.clock.waits == [.seconds(1)])
        for number in 101...200 {
            _ = await failure { try await check("user\(number)@example.com", Self.wrong) }
        }
        #expect(Set(test.clock.waits) == Set(LoginPace.delays))
        #expect(
            try await failures() == RefusalAudit.recordedOneByOne,
            "the first few are recorded one by one"
        )
        let waits = test.clock.waits.count
        test.clock.advance(by: .seconds(60))
        _ = try await test.makeUser("bob@example.com")
        #expect(try await check("bob@example.com") == Masks())
        #expect(test.clock.waits.count == waits)
    }

    @Test("what strangers make a caller ask shuts out nobody who was let in from there before")
    func familiarBesideStrangers() async throws {
        _ = try await makeUser()
        #expect(try await check("jane@example.com").write == 1)
        for number in 1...150 {
            _ = await failure { try await check("user\(number)@example.com", Self.wrong) }
        }
        _ = try await test.makeUser("bob@example.com")
        let waits = test.clock.waits.count
        #expect(try await check("bob@example.com") == Masks(), "who was not there before waits")
        #expect(test.clock.waits.count == waits + 1)
        #expect(try await check("jane@example.com").write == 1)
        #expect(test.clock.waits.count == waits + 1)
        for _ in 1...10 { _ = await failure { try await check("jane@example.com", Self.wrong) } }
        let refusal = await failure { try await check("jane@example.com") }
        #expect(refusal?.code == .loginFailed, "one name and place has its own bound")
    }

    @Test("questions that come at the same moment are counted as well")
    func sameSnapshot() async throws {
        let hasher = MeetingHasher(checks: 26)
        let test = try await TestDirectory(hasher: hasher)
        let caller = test.asMaskAdministrator
        await withTaskGroup(of: Void.self) { group in
            for number in 1...30 {
                group.addTask {
                    _ = await failure {
                        try await test.credentialChecks.check(
                            LoginRequest(
                                username: "nobody@example.com",
                                password: Secret("guess \(number)")
                            ),
                            from: "203.0.113.9",
                            by: caller
                        )
                    }
                }
            }
        }
        let asked = try await test.auditEvents().count {
            $0.fields == [AuditField("reason", "unknown user")]
        }
        #expect(asked <= 10, "\(asked) guesses were answered in one minute")
    }

    @Test("only those who may read users may ask")
    func scope() async throws {
        let user = try await test.makeUser("jane@example.com")
        let calls = hasher.calls
        let refusal = await failure {
            try await test.credentialChecks.check(
                LoginRequest(username: "x", password: Self.wrong),
                from: "203.0.113.9",
                by: try await test.asUser(user, by: .masks)
            )
        }
        #expect(refusal?.code == .insufficientScope)
        #expect(hasher.calls == calls)
    }

    private func lastReason() async throws -> String? {
        try await test.auditEvents().last?.fields.first { $0.key == "reason" }?.value
    }
}
