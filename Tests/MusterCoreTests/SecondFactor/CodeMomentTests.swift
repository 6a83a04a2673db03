import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Codes when the clock jumps, and when two servers send them", .everyStore)
struct CodeMomentTests {
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
        var user = try await test.makeUser("jane@example.com")
        user.secondFactor = SecondFactor(
            phone: try PhoneNumber("+4915112345678"),
            isPhoneVerified: true,
            isSMSEnabled: true
        )
        try await test.overwrite(user)
    }

    private func logIn(_ code: Secret<String>? = nil) async -> MusterError.Code? {
        await failure { try await test.logIn("jane@example.com", code: code) }?.code
    }

    @Test(
        "a clock that jumps by an hour ends the code that waits, and the next one is sent and good",
        arguments: [3600, -3600]
    )
    func jump(_ seconds: Int) async throws {
        #expect(await logIn() == .codeRequired)
        let former = try #require(test.codes.lastCode)
        test.clock.advance(by: .seconds(seconds))
        #expect(await logIn(former) == .credentialsInvalid)
        // Half a minute between two codes is no hour for whoever has asked before the clock was put back.
        #expect(await logIn() == .codeRequired)
        #expect(test.codes.messages.count == 2)
        let next = try #require(test.codes.lastCode)
        #expect(await logIn(next) == nil)
    }

    @Test("a clock that was wrong for a while leaves a code good for no longer than its time")
    func thereAndBack() async throws {
        #expect(await logIn() == .codeRequired)
        let code = try #require(test.codes.lastCode)
        test.clock.advance(by: .seconds(-3600))
        test.clock.advance(by: .seconds(3600 + 299))
        #expect(await logIn(code) == nil)
        test.clock.advance(by: .seconds(31))
        #expect(await logIn() == .codeRequired)
        let second = try #require(test.codes.lastCode)
        test.clock.advance(by: .seconds(3600))
        test.clock.advance(by: .seconds(-3600 + 300))
        #expect(await logIn(second) == .credentialsInvalid)
    }

    @Test(
        "of two servers that send a user a code at the same moment one does, and its code is good"
    )
    func twoServers() async throws {
        let codes = CapturingCodeSender()
        let one = test.directory
        let other = SessionService(
            Directory(
                store: one.store,
                spools: one.spools,
                clock: one.clock,
                random: SeededRandom(seed: 99),
                digester: one.digester,
                curves: one.curves,
                cryptography: one.cryptography,
                hasher: one.hasher,
                codeSender: codes,
                rules: one.rules,
                identity: one.identity
            )
        )
        func logInThere(_ code: Secret<String>? = nil) async -> MusterError.Code? {
            let request = LoginRequest(
                username: "jane@example.com",
                password: TestDirectory.administratorPassword,
                code: code
            )
            return await failure { try await other.logIn(request, from: TestDirectory.origin()) }?
                .code
        }
        async let here = logIn()
        async let there = logInThere()
        for refusal in await [here, there] { #expect(refusal != nil) }
        let sent = test.codes.messages + codes.messages
        #expect(sent.count == 1)
        // Whichever has sent it, both take it, once.
        let code = try #require(sent.first?.code)
        #expect(await logInThere(code) == nil)
        #expect(await logIn(code) == .credentialsInvalid)
    }
}
