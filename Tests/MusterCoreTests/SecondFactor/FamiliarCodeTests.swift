import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite(
    "Who has the password alone does not keep out whoever has the second factor, too",
    .everyStore
)
struct FamiliarCodeTests {
    private static let home = IPAddress("198.51.100.1")
    private static let thief = IPAddress("203.0.113.9")

    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
        var user = try await test.makeUser("jane@example.com")
        _ = try await test.logIn("jane@example.com", from: Self.home)
        user = try await test.current(user)
        user.secondFactor = SecondFactor(
            phone: try PhoneNumber("+4915112345678"),
            isPhoneVerified: true,
            isSMSEnabled: true
        )
        try await test.overwrite(user)
    }

    private func logIn(
        from address: IPAddress?,
        _ code: Secret<String>? = nil
    ) async -> MusterError.Code? {
        await failure { try await test.logIn("jane@example.com", code: code, from: address) }?.code
    }

    @Test("wrong codes from elsewhere do not use up the code at home")
    func tries() async throws {
        #expect(await logIn(from: Self.home) == .codeRequired)
        let code = try #require(test.codes.lastCode)
        for _ in 1...5 {
            #expect(await logIn(from: Self.thief, Secret("wrong")) == .credentialsInvalid)
        }
        #expect(await logIn(from: IPAddress("203.0.113.10"), code) == .credentialsInvalid)
        #expect(await logIn(from: Self.home, code) == nil)
    }

    @Test("at home a code has an end, too")
    func end() async throws {
        #expect(await logIn(from: Self.home) == .codeRequired)
        let code = try #require(test.codes.lastCode)
        for number in 1...5 {
            let address = IPAddress("203.0.113.\(number)")
            #expect(await logIn(from: address, Secret("wrong")) == .credentialsInvalid)
        }
        for _ in 1...3 {
            #expect(await logIn(from: Self.home, Secret("wrong")) == .credentialsInvalid)
        }
        #expect(await logIn(from: Self.home, code) == .credentialsInvalid)
    }

    @Test("codes that are asked for from elsewhere leave some for home, by the hour and by the day")
    func budget() async throws {
        for _ in 0..<5 {
            #expect(await logIn(from: Self.thief) == .codeRequired)
            test.clock.advance(by: .seconds(31))
        }
        #expect(await logIn(from: Self.thief) == .rateLimited)
        #expect(await logIn(from: Self.home) == .codeRequired)
        let code = try #require(test.codes.lastCode)
        #expect(await logIn(from: Self.home, code) == nil)
        test.clock.advance(by: .seconds(3600))
        for _ in 0..<4 {
            #expect(await logIn(from: Self.thief) == .codeRequired)
            test.clock.advance(by: .seconds(31))
        }
        test.clock.advance(by: .seconds(3600))
        #expect(await logIn(from: Self.thief) == .rateLimited)
        #expect(await logIn(from: Self.home) == .codeRequired)
    }
}
