import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Which ways a code goes", .everyStore)
struct CodeRouteTests {
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
    }

    private func makeUser(isProven: Bool = true, withMail: Bool = true) async throws -> User {
        var user = try await test.makeUser("jane@example.com")
        user.secondFactor = try Self.factor(isProven: isProven, withMail: withMail)
        try await test.overwrite(user)
        return user
    }

    private static func factor(
        isProven: Bool = true,
        withMail: Bool = true
    ) throws -> SecondFactor {
        SecondFactor(
            phone: try PhoneNumber("+4915112345678"),
            isPhoneVerified: isProven,
            isSMSEnabled: true,
            isEmailEnabled: withMail
        )
    }

    private func logIn(_ code: Secret<String>? = nil) async -> MusterError.Code? {
        await failure { try await test.logIn("jane@example.com", code: code) }?.code
    }

    @Test(
        "with both switched on the same code goes to the phone and to the mailbox, and is good once"
    )
    func both() async throws {
        _ = try await makeUser()
        #expect(await logIn() == .codeRequired)
        #expect(test.codes.messages.map(\.channel) == [.sms, .email])
        #expect(test.codes.messages.map(\.recipient) == ["+4915112345678", "jane@example.com"])
        let codes = test.codes.messages.map { $0.code.withExposedValue { $0 } }
        #expect(Set(codes).count == 1)
        let code = try #require(test.codes.lastCode)
        #expect(await logIn(code) == nil)
        #expect(await logIn(code) == .credentialsInvalid)
    }

    @Test("where all have had their share of one way the code goes by the other alone")
    func oneIsFull() async throws {
        var rules = DirectoryRules()
        rules.codes = CodeBudget(smsHourly: 0)
        let test = try await TestDirectory(rules: rules)
        var user = try await test.makeUser("jane@example.com")
        user.secondFactor = try Self.factor()
        try await test.overwrite(user)
        let refusal = await failure { try await test.logIn("jane@example.com") }
        #expect(refusal?.code == .codeRequired)
        #expect(test.codes.messages.map(\.channel) == [.email])
    }

    @Test("a code that can be sent by one way only is good", arguments: [true, false])
    func oneIsDown(_ isPhoneDown: Bool) async throws {
        _ = try await makeUser()
        test.codes.setRefusing(true, by: isPhoneDown ? .sms : .email)
        #expect(await logIn() == .codeRequired)
        #expect(test.codes.messages.map(\.channel) == [isPhoneDown ? .email : .sms])
        let code = try #require(test.codes.lastCode)
        #expect(await logIn(code) == nil)
    }

    @Test(
        "the first right code verifies the phone that an administrator has set, if it went nowhere else"
    )
    func proof() async throws {
        let user = try await makeUser(isProven: false, withMail: false)
        #expect(await logIn() == .codeRequired)
        let before = try await test.auditEvents().count
        #expect(await logIn(Secret("000000x")) == .credentialsInvalid)
        #expect(try await !test.current(user).secondFactor.isPhoneVerified)
        let code = try #require(test.codes.lastCode)
        #expect(await logIn(code) == nil)
        #expect(try await test.current(user).secondFactor.isPhoneVerified)
        let events = try await test.auditEvents().dropFirst(before)
        let verified = events.filter { $0.action == .userUpdate }
        #expect(verified.count == 1 && verified.first?.actor?.uuid == user.uuid)
    }

    @Test("a code that went by e-mail, too, verifies no phone")
    func noProof() async throws {
        let user = try await makeUser(isProven: false)
        #expect(await logIn() == .codeRequired)
        let code = try #require(test.codes.lastCode)
        #expect(await logIn(code) == nil)
        #expect(try await !test.current(user).secondFactor.isPhoneVerified)
    }

    @Test("a code that went to the former phone opens nothing once there is another one")
    func formerPhone() async throws {
        let user = try await makeUser(withMail: false)
        #expect(await logIn() == .codeRequired)
        let code = try #require(test.codes.lastCode)
        try await test.secondFactors.configure(
            .user(.id(user.id)),
            by: test.asAdministrator
        ) { () throws(MusterError) in
            SecondFactorSettings(
                isEmailEnabled: nil,
                isSMSEnabled: nil,
                phone: try PhoneNumber("+4915112345679")
            )
        }
        #expect(await logIn(code) == .credentialsInvalid)
    }
}
