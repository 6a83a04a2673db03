import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Setting up a second factor", .everyStore)
struct SecondFactorTests {
    private static let phone = "+4915112345678"
    private let test: TestDirectory
    private let user: User
    private let principal: Principal

    init() async throws {
        test = try await TestDirectory()
        user = try await test.makeUser("jane@example.com")
        principal = try await test.asUser(user)
    }

    private func send(
        to phone: String = Self.phone,
        password: Secret<String>? = TestDirectory.administratorPassword
    ) async throws(MusterError) {
        // Two codes to one number are half a minute apart.
        test.clock.advance(by: .seconds(30))
        try await test.secondFactors.sendVerification(to: .oneself, by: principal) {
            () throws(MusterError) in (phone: try PhoneNumber(phone), password: password)
        }
    }

    private func answer(_ code: Secret<String>) async -> MusterError.Code? {
        await failure {
            try await test.secondFactors.verify(.oneself, by: principal) {
                () throws(MusterError) in code
            }
        }?.code
    }

    private func configure(email: Bool, sms: Bool, phone: String? = nil) async -> MusterError? {
        await failure {
            try await test.secondFactors.configure(.oneself, by: principal) {
                () throws(MusterError) in
                let phone = try phone.map { text throws(MusterError) in try PhoneNumber(text) }
                return SecondFactorSettings(
                    isEmailEnabled: email,
                    isSMSEnabled: sms,
                    phone: phone,
                    password: TestDirectory.administratorPassword
                )
            }
        }
    }

    @Test("the code goes to the phone, in six digits")
    func message() async throws {
        try await send()
        let message = try #require(test.codes.messages.first)
        #expect(message.channel == .sms && message.recipient == Self.phone)
        #expect(message.username == user.username)
        message.code.withExposedValue { code in
            #expect(code.utf8.count == 6 && code.utf8.allSatisfy { (0x30...0x39).contains($0) })
        }
    }

    @Test("the right code makes the phone the user's, and is good once")
    func rightCode() async throws {
        try await send()
        let code = try #require(test.codes.lastCode)
        #expect(await answer(code) == nil)
        let factor = try await test.current(user).secondFactor
        #expect(factor.phone?.text == Self.phone && factor.isPhoneVerified && factor.isSMSEnabled)
        #expect(await answer(code) == .codeInvalid)
    }

    @Test("a code is good for five minutes", arguments: [(299_999, true), (300_000, false)])
    func expiry(_ milliseconds: Int, _ isGood: Bool) async throws {
        try await send()
        let code = try #require(test.codes.lastCode)
        test.clock.advance(by: .milliseconds(milliseconds))
        #expect(await answer(code) == (isGood ? nil : .codeInvalid))
        #expect(try await test.current(user).secondFactor.isPhoneVerified == isGood)
    }

    @Test("a code bears four wrong answers and not five", arguments: [(4, true), (5, false)])
    func tries(_ wrongAnswers: Int, _ isGood: Bool) async throws {
        try await send()
        let code = try #require(test.codes.lastCode)
        for _ in 0..<wrongAnswers { #expect(await answer(Secret("wrong")) == .codeInvalid) }
        #expect(await answer(code) == (isGood ? nil : .codeInvalid))
    }

    @Test("one code is outstanding: a new one makes the former worthless")
    func oneOutstanding() async throws {
        try await send()
        let former = try #require(test.codes.lastCode)
        try await send(to: "+12025550123")
        let present = try #require(test.codes.lastCode)
        #expect(await answer(former) == .codeInvalid)
        #expect(await answer(present) == nil)
        #expect(try await test.current(user).secondFactor.phone?.text == "+12025550123")
    }

    @Test("a code is its user's and nobody else's")
    func otherUser() async throws {
        let other = try await test.makeUser("other@example.com")
        try await send()
        let code = try #require(test.codes.lastCode)
        let refusal = await failure {
            try await test.secondFactors.verify(.oneself, by: try await test.asUser(other)) {
                () throws(MusterError) in code
            }
        }
        #expect(refusal?.code == .codeInvalid)
        #expect(await answer(code) == nil)
    }

    @Test("without a code outstanding every answer is wrong", arguments: ["", "000000", "123456"])
    func noCode(_ text: String) async {
        #expect(await answer(Secret(text)) == .codeInvalid)
    }

    @Test("a password that is given has to be right")
    func password() async throws {
        let refusal = await failure { try await send(password: Secret("wrong password")) }
        #expect(refusal?.code == .currentPasswordInvalid)
        #expect(test.codes.messages.isEmpty)
        #expect(try await test.current(user).logins.failureCount == 1)
        try await send(password: TestDirectory.administratorPassword)
        #expect(test.codes.messages.count == 1)
    }

    @Test(
        "codes by SMS need a phone, for oneself a verified one; codes by e-mail need an address only"
    )
    func settings() async throws {
        let refusal = await configure(email: false, sms: true)
        #expect(refusal?.code == .inputInvalid && refusal?.details["field"] == "sms_phone")
        #expect(await configure(email: true, sms: false) == nil)
        let unproved = await configure(email: true, sms: true, phone: Self.phone)
        #expect(unproved?.code == .inputInvalid && unproved?.details["field"] == "sms_phone")
        #expect(try await test.current(user).secondFactor == SecondFactor(isEmailEnabled: true))
        try await byAdministrator(email: true, sms: true, phone: Self.phone)
        var factor = try await test.current(user).secondFactor
        #expect(factor.isEmailEnabled && factor.isSMSEnabled && factor.phone?.text == Self.phone)
        #expect(!factor.isPhoneVerified, "nobody has answered from it")
        #expect(await configure(email: false, sms: true) == nil, "it was on before")
        #expect(await configure(email: false, sms: false) == nil)
        factor = try await test.current(user).secondFactor
        #expect(
            factor.phone?.text == Self.phone && !factor.isRequiredAtLogin && factor.isConfigured
        )
    }

    @Test("another phone has to be verified again, the same one not")
    func otherPhone() async throws {
        try await send()
        #expect(await answer(try #require(test.codes.lastCode)) == nil)
        #expect(await configure(email: false, sms: true, phone: Self.phone) == nil)
        #expect(try await test.current(user).secondFactor.isPhoneVerified)
        let other = await configure(email: false, sms: true, phone: "+12025550123")
        #expect(other?.details["field"] == "sms_phone")
        #expect(try await test.current(user).secondFactor.isPhoneVerified)
        try await byAdministrator(email: false, sms: true, phone: "+12025550123")
        #expect(try await !test.current(user).secondFactor.isPhoneVerified)
    }

    private func byAdministrator(
        email: Bool,
        sms: Bool,
        phone: String? = nil,
        of user: User? = nil
    ) async throws {
        let subject = UserTarget.user(.id((user ?? self.user).id))
        try await test.secondFactors.configure(subject, by: test.asAdministrator) {
            () throws(MusterError) in
            SecondFactorSettings(
                isEmailEnabled: email,
                isSMSEnabled: sms,
                phone: try phone.map { text throws(MusterError) in try PhoneNumber(text) }
            )
        }
    }

    @Test("codes by e-mail need an address, which stays as long as they go there")
    func address() async throws {
        let ann = try await test.users.create(by: test.asMaskAdministrator) {
            () throws(MusterError) in
            (UserDraft(username: try Username("ann")), TestDirectory.administratorPassword)
        }
        let refusal = await failure { try await byAdministrator(email: true, sms: false, of: ann) }
        #expect(refusal?.code == .inputInvalid && refusal?.details["field"] == "email_enabled")
        func edit(_ change: (inout UserChanges) -> Void) async -> MusterError? {
            var changes = UserChanges()
            change(&changes)
            return await failure { [changes] in
                try await test.users.edit(.user(.id(ann.id)), by: test.asAdministrator) {
                    () throws(MusterError) in changes
                }
            }
        }
        #expect(await edit { $0.email = "ann@example.org" } == nil)
        try await byAdministrator(email: true, sms: false, of: ann)
        for email in ["", "ann"] {
            #expect(await edit { $0.email = email }?.details["field"] == "email")
        }
        #expect(try await test.current(ann).email == "ann@example.org")
        #expect(await edit { $0.email = "ann@example.net" } == nil)
        try await byAdministrator(email: false, sms: false, of: ann)
        #expect(await edit { $0.email = "" } == nil)
    }

    @Test("each step that changes something is one record, without the phone or the code")
    func audit() async throws {
        let before = try await test.auditEvents().count
        try await send()
        _ = await answer(Secret("wrong"))
        #expect(await answer(try #require(test.codes.lastCode)) == nil)
        #expect(await configure(email: true, sms: true) == nil)
        #expect(await configure(email: true, sms: true) == nil, "nothing changes")
        let events = Array(try await test.auditEvents().dropFirst(before))
        #expect(
            events.map(\.fields) == [
                [AuditField("two_factor", "verification sent")],
                [AuditField("reason", "wrong code")],
                [
                    AuditField("two_factor", "phone verified"),
                    AuditField("two_factor.email", "false"),
                    AuditField("two_factor.sms", "true"), AuditField("two_factor.phone", "set"),
                ],
                [AuditField("two_factor.email", "true"), AuditField("two_factor.sms", "true")],
            ]
        )
        #expect(events.allSatisfy { $0.actor?.uuid == user.uuid })
        let actions: [AuditAction] = [.userUpdate, .codeRefused, .userUpdate, .userUpdate]
        #expect(events.map(\.action) == actions)
        #expect(!String(describing: events).contains("15112345678"))
    }

    @Test("a code that could not be kept leaves no record that it was sent", arguments: [0, 1])
    func failedWrite(_ passes: Int) async throws {
        let store = try FaultyStore()
        let test = try await TestDirectory(store: store)
        let before = try await test.auditEvents().count
        store.failWrites(1, after: passes)
        let refusal = await failure {
            try await test.secondFactors.sendVerification(to: .oneself, by: test.asAdministrator) {
                () throws(MusterError) in
                (try PhoneNumber(Self.phone), TestDirectory.administratorPassword)
            }
        }
        #expect(refusal == nil || refusal?.code == .storeUnavailable)
        let hasFailed = refusal != nil
        let events = try await test.auditEvents().count - before
        #expect(
            events == (hasFailed ? 0 : 1),
            "a change and its record are one change of the store"
        )
        #expect(hasFailed == (passes == 0))
    }
}
