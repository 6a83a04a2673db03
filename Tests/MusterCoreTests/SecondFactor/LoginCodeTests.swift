import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Logging in with a second factor", .everyStore)
struct LoginCodeTests {
    private static let wrong = Secret("wrong")
    private let test: TestDirectory
    private let user: User

    init() async throws {
        test = try await TestDirectory()
        var user = try await test.makeUser("jane@example.com")
        user.secondFactor = SecondFactor(
            phone: try PhoneNumber("+4915112345678"),
            isPhoneVerified: true,
            isSMSEnabled: true
        )
        try await test.overwrite(user)
        self.user = user
    }

    private func logIn(_ code: Secret<String>? = nil) async -> MusterError.Code? {
        await failure { try await test.logIn("jane@example.com", code: code) }?.code
    }

    @Test("the right password alone begins no session, but sends a code")
    func codeIsSent() async throws {
        let before = try await test.auditEvents().count
        #expect(await logIn() == .codeRequired)
        #expect(test.codes.messages.map(\.recipient) == ["+4915112345678"])
        #expect(
            try await test.auditEvents().dropFirst(before).allSatisfy {
                $0.action != .sessionCreate
            }
        )
    }

    @Test("a wrong password sends none, and is answered as ever")
    func wrongPassword() async {
        let refusal = await failure {
            try await test.logIn("jane@example.com", Secret("wrong password"))
        }
        #expect(refusal?.code == .credentialsInvalid && refusal?.message == "Invalid credentials.")
        #expect(test.codes.messages.isEmpty)
    }

    @Test("the code begins a session, once")
    func rightCode() async throws {
        #expect(await logIn() == .codeRequired)
        let code = try #require(test.codes.lastCode)
        let before = try await test.auditEvents().count
        #expect(await logIn(code) == nil)
        let actions = try await test.auditEvents().dropFirst(before).map(\.action)
        #expect(actions == [.authenticateCode, .authenticatePassword, .sessionCreate])
        #expect(await logIn(code) == .credentialsInvalid)
    }

    @Test("the code without the password is worth nothing")
    func codeAlone() async throws {
        #expect(await logIn() == .codeRequired)
        let code = try #require(test.codes.lastCode)
        let refusal = await failure {
            try await test.logIn("jane@example.com", Secret("wrong password"), code: code)
        }
        #expect(refusal?.code == .credentialsInvalid)
        #expect(await logIn(code) == nil, "a wrong password does not use up the code")
    }

    @Test("a wrong code counts as a failed login, and enough of them lock")
    func wrongCode() async throws {
        #expect(await logIn() == .codeRequired)
        let before = try await test.auditEvents().count
        #expect(await logIn(Self.wrong) == .credentialsInvalid)
        #expect(try await test.current(user).logins.failureCount == 1)
        let events = try await test.auditEvents().dropFirst(before)
        #expect(events.map(\.action) == [.authenticateCode])
        #expect(events.allSatisfy { $0.isFailure && $0.actor == nil })
        for _ in 2...6 { #expect(await logIn(Self.wrong) == .credentialsInvalid) }
        #expect(await logIn() == .credentialsInvalid, "locked")
    }

    @Test("five wrong answers use a code up")
    func tries() async throws {
        #expect(await logIn() == .codeRequired)
        let code = try #require(test.codes.lastCode)
        for _ in 1...5 { #expect(await logIn(Self.wrong) == .credentialsInvalid) }
        #expect(await logIn(code) == .credentialsInvalid)
    }

    @Test("a code is good for five minutes", arguments: [(299_999, true), (300_000, false)])
    func expiry(_ milliseconds: Int, _ isGood: Bool) async throws {
        #expect(await logIn() == .codeRequired)
        let code = try #require(test.codes.lastCode)
        test.clock.advance(by: .milliseconds(milliseconds))
        #expect(await logIn(code) == (isGood ? nil : .credentialsInvalid))
    }

    @Test("asking again within half a minute sends nothing new, later it does")
    func resend() async throws {
        #expect(await logIn() == .codeRequired)
        let first = try #require(test.codes.lastCode)
        test.clock.advance(by: .milliseconds(29_999))
        #expect(await logIn() == .codeRequired)
        #expect(test.codes.messages.count == 1)
        test.clock.advance(by: .milliseconds(1))
        #expect(await logIn() == .codeRequired)
        #expect(test.codes.messages.count == 2)
        #expect(await logIn(first) == .credentialsInvalid, "one code is outstanding")
        let second = try #require(test.codes.lastCode)
        #expect(await logIn(second) == nil)
    }

    @Test("a code that verifies a phone is no code for a login")
    func otherPurpose() async throws {
        try await test.secondFactors.sendVerification(to: .oneself, by: try await test.asUser(user))
        {
            () throws(MusterError) in
            (
                phone: try PhoneNumber("+12025550123"),
                password: TestDirectory.administratorPassword
            )
        }
        let code = try #require(test.codes.lastCode)
        #expect(await logIn(code) == .credentialsInvalid)
    }

    @Test("a code for a login verifies no phone")
    func otherWayRound() async throws {
        #expect(await logIn() == .codeRequired)
        let code = try #require(test.codes.lastCode)
        let refusal = await failure {
            try await test.secondFactors.verify(.oneself, by: try await test.asUser(user)) {
                () throws(MusterError) in code
            }
        }
        #expect(refusal?.code == .codeInvalid)
    }

    @Test(
        "the code goes by e-mail if there is no phone for it",
        arguments: [nil, "jane@example.org"]
    )
    func email(_ address: String?) async throws {
        var changed = user
        changed.email = address
        changed.secondFactor = SecondFactor(phone: nil, isSMSEnabled: true, isEmailEnabled: true)
        try await test.overwrite(changed)
        #expect(await logIn() == .codeRequired)
        #expect(test.codes.messages.map(\.channel) == [.email])
        #expect(test.codes.messages.map(\.recipient) == [address ?? "jane@example.com"])
    }

    @Test("a code that cannot be sent is told")
    func refusedSending() async {
        test.codes.setRefusing(true)
        #expect(await logIn() == .overloaded)
    }

    @Test("a code that could not be sent holds up no other, and no former one is of use")
    func sendingAgain() async throws {
        #expect(await logIn() == .codeRequired)
        let former = try #require(test.codes.lastCode)
        test.clock.advance(by: .seconds(30))
        test.codes.setRefusing(true)
        #expect(await logIn() == .overloaded)
        #expect(await logIn(former) == .credentialsInvalid)
        test.codes.setRefusing(false)
        #expect(await logIn() == .codeRequired)
        #expect(test.codes.messages.count == 2, "another was sent at once")
        let code = try #require(test.codes.lastCode)
        #expect(await logIn(code) == nil)
    }

    @Test("API keys and sessions need no code")
    func otherMethods() async throws {
        let keys = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        #expect(try await test.enter(keys).user.id == user.id)
    }

    @Test("codes have six digits, leading zeros too, and differ")
    func digits() async throws {
        var codes: Set<String> = []
        for _ in 0..<200 {
            #expect(await logIn() == .codeRequired)
            let code = try #require(test.codes.lastCode)
            codes.insert(code.withExposedValue { $0 })
            // Ten a day go to one address.
            test.clock.advance(by: .seconds(9000))
        }
        #expect(codes.count > 190)
        #expect(codes.allSatisfy { $0.utf8.count == 6 && Int($0) != nil })
        #expect(codes.contains { $0.first == "0" })
    }
}
