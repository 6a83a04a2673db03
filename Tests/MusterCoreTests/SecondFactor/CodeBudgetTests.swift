import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("How many codes are sent", .everyStore)
struct CodeBudgetTests {
    private static let phone = "+4915112345678"
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
    }

    private func makeUser(
        _ name: String,
        _ factor: SecondFactor,
        email: String? = nil
    ) async throws -> User {
        var user = try await test.makeUser(name + "@example.com")
        user.secondFactor = factor
        user.email = email
        try await test.overwrite(user)
        return user
    }

    private func logIn(_ user: User) async -> MusterError.Code? {
        await failure { try await test.logIn(user.username.text) }?.code
    }

    /// Logs in without a code, as often as codes are sent, half a minute and more apart.
    private func flood(_ users: [User]) async -> Int {
        var sent = 0
        for user in users {
            while await logIn(user) == .codeRequired {
                sent += 1
                test.clock.advance(by: .seconds(31))
            }
        }
        return sent
    }

    @Test("somebody who has codes sent to another's address uses up nothing of the other's")
    func sharedAddress() async throws {
        let byEmail = SecondFactor(isEmailEnabled: true)
        let jane = try await makeUser("jane", byEmail)
        let mallory = try await makeUser("mallory", byEmail, email: "jane@example.com")
        #expect(await flood([mallory]) == CodeBudget.recipientHourly)
        #expect(await logIn(mallory) == .rateLimited)
        #expect(await logIn(jane) == .codeRequired)
        #expect(test.codes.messages.last?.username == jane.username)
    }

    @Test("however many have set another's address as theirs, its owner gets a code")
    func crowdedAddress() async throws {
        let byEmail = SecondFactor(isEmailEnabled: true)
        let jane = try await makeUser("jane", byEmail)
        var crowd: [User] = []
        for number in 1...9 {
            crowd.append(try await makeUser("user\(number)", byEmail, email: "jane@example.com"))
        }
        _ = await flood(crowd)
        #expect(await logIn(jane) == .codeRequired)
        test.clock.advance(by: .seconds(31))
        #expect(await logIn(jane) == .rateLimited, "all together have a bound")
        test.clock.advance(by: CodeBudget.ownMailPause)
        #expect(await logIn(jane) == .codeRequired)
    }

    @Test("codes go to a phone that was proved however many others have had some sent there")
    func provedPhone() async throws {
        let phone = try PhoneNumber(Self.phone)
        let proved = SecondFactor(phone: phone, isPhoneVerified: true, isSMSEnabled: true)
        let jane = try await makeUser("jane", proved)
        var crowd: [User] = []
        for number in 1...5 {
            let claimed = SecondFactor(phone: phone, isSMSEnabled: true)
            crowd.append(try await makeUser("user\(number)", claimed))
        }
        #expect(
            await flood(crowd) == CodeBudget.recipientHourly * CodeBudget.recipientShare,
            "all together have a bound"
        )
        #expect(await logIn(jane) == .codeRequired)
    }

    @Test("one user has few codes sent to one address in an hour and in a day")
    func oneUser() async throws {
        let jane = try await makeUser("jane", SecondFactor(isEmailEnabled: true))
        #expect(await flood([jane]) == CodeBudget.recipientHourly)
        test.clock.advance(by: .seconds(3600))
        #expect(await flood([jane]) == CodeBudget.recipientDaily - CodeBudget.recipientHourly)
        test.clock.advance(by: .seconds(3600))
        #expect(await logIn(jane) == .rateLimited)
        test.clock.advance(by: .seconds(86_400))
        #expect(await logIn(jane) == .codeRequired)
    }

    @Test(
        "past a limit no code is sent, which the audit log tells, and the refusal says for how long"
    )
    func refusal() async throws {
        let jane = try await makeUser("jane", SecondFactor(isEmailEnabled: true))
        #expect(await flood([jane]) == CodeBudget.recipientHourly)
        let (sent, before) = (test.codes.messages.count, try await test.auditEvents().count)
        let refusal = await failure { try await test.logIn(jane.username.text) }
        #expect(refusal?.code == .rateLimited && test.codes.messages.count == sent)
        // The oldest of five that were 31 seconds apart leaves the hour.
        let passed = 31 * CodeBudget.recipientHourly
        #expect(refusal?.details["retry_after_seconds"] == "\(3600 - passed)")
        let events = try await test.auditEvents().dropFirst(before)
        #expect(events.map(\.action) == [.authenticatePassword, .codeRefused])
        #expect(events.last?.isFailure == true && events.last?.target?.uuid == jane.uuid)
        test.clock.advance(by: .seconds(3600 - passed))
        #expect(await logIn(jane) == .codeRequired)
    }

    @Test("one user has ten codes sent in an hour, to however many phones that are proved")
    func userHourly() async throws {
        var jane = try await makeUser("jane", SecondFactor())
        var sent = 0
        for number in 1...CodeBudget.recipientsDaily {
            jane.secondFactor = SecondFactor(
                phone: try PhoneNumber("+49151000000\(number)"),
                isPhoneVerified: true,
                isSMSEnabled: true
            )
            try await test.overwrite(jane)
            sent += await flood([jane])
        }
        #expect(sent == CodeBudget.userHourly)
        #expect(await logIn(jane) == .rateLimited)
        test.clock.advance(by: .seconds(3600))
        #expect(await logIn(jane) == .codeRequired)
    }

    @Test("one user has codes sent to few addresses in a day", arguments: [false, true])
    func fewRecipients(_ isSMS: Bool) async throws {
        var user = try await makeUser("jane", SecondFactor(isEmailEnabled: !isSMS))
        for number in 1...CodeBudget.recipientsDaily + 1 {
            if isSMS {
                let phone = try PhoneNumber("+49151000000\(number)")
                user.secondFactor = SecondFactor(phone: phone, isSMSEnabled: true)
            }
            user.email = "a\(number)@example.org"
            try await test.overwrite(user)
            test.clock.advance(by: .seconds(600))
            let isRefused = number > CodeBudget.recipientsDaily
            #expect(await logIn(user) == (isRefused ? .rateLimited : .codeRequired))
        }
    }
}
