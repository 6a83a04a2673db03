import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Logins whose code is not sent", .everyStore)
struct UnsentCodeTests {
    private static let name = "jane@example.com"

    /// A user with codes by e-mail, in a directory that sends some or not.
    private func scene(isEmailOn: Bool = true) async throws -> FactorScene {
        let rules = DirectoryRules(delivery: DeliveryRules(isEmailOn: isEmailOn))
        let scene = try await FactorScene(rules: rules)
        var user = try await scene.test.current(scene.user)
        user.secondFactor.isEmailEnabled = true
        try await scene.test.overwrite(user)
        return scene
    }

    private func refusal(_ test: TestDirectory, code: Secret<String>? = nil) async -> MusterError? {
        await failure { try await test.logIn(Self.name, code: code) }
    }

    @Test("logins at once send one code, and each is told how it goes on")
    func atOnce() async throws {
        let test = try await scene().test
        let refusals = await withTaskGroup(of: MusterError?.self) { group in
            for _ in 0..<20 { group.addTask { await refusal(test) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(refusals.allSatisfy { $0?.code == .codeRequired })
        #expect(refusals.allSatisfy { $0?.challenge?.handle != nil })
        #expect(test.codes.messages.count == 1)
    }

    @Test("a login for which no code may be sent, or can be, is told how it goes on all the same")
    func refused() async throws {
        let scene = try await scene()
        let test = scene.test
        for _ in 0..<CodeBudget.recipientHourly + CodeBudget.familiarHourly {
            #expect(await refusal(test)?.code == .codeRequired)
            test.clock.advance(by: .seconds(31))
        }
        let limited = await refusal(test)
        #expect(limited?.code == .rateLimited && limited?.challenge?.factors == [.email])
        let handle = try #require(limited?.challenge?.handle)
        let code = try #require(test.codes.lastCode)
        _ = try await test.logins.finish(handle, with: .code(code), from: TestDirectory.origin())
        test.clock.advance(by: .seconds(3600))
        test.codes.setRefusing(true)
        let unsent = await refusal(test)
        #expect(unsent?.code == .overloaded && unsent?.challenge?.handle != nil)
    }

    @Test("where the server sends none any more, that is said, and nothing of trying again")
    func off() async throws {
        let test = try await scene(isEmailOn: false).test
        let refusal = await refusal(test)
        #expect(refusal?.code == .codeUndeliverable && refusal?.challenge?.factors == [])
        #expect(refusal?.details["retry_after_seconds"] == nil)
        #expect(test.codes.messages.isEmpty)
        let wrong = await failure { try await test.logIn(Self.name, Secret("wrong")) }
        #expect(wrong?.code == .credentialsInvalid)
    }

    @Test("where the server sends none any more, other factors are offered, and recovery codes")
    func others() async throws {
        let scene = try await scene(isEmailOn: false)
        let test = scene.test
        let app = try await scene.addApp()
        let challenge = try await scene.challenge()
        #expect(challenge.factors == [.timeCode, .recovery])
        let handle = try #require(challenge.handle)
        let sent = await failure {
            try await test.logins.sendCode(for: handle, by: .email, from: TestDirectory.origin())
        }
        #expect(sent?.code == .inputInvalid)
        try await test.factors.remove(app.id, by: scene.principal) { () throws(MusterError) in nil }
        let rest = await refusal(test)
        #expect(rest?.code == .codeRequired && rest?.challenge?.factors == [.recovery])
        _ = try await test.logIn(Self.name, code: try #require(app.codes?.first))
    }

    @Test("a code as long as a book is a wrong one")
    func long() async throws {
        let test = try await scene().test
        let code = Secret(String(repeating: "1", count: 10_000))
        #expect(await refusal(test, code: code)?.code == .credentialsInvalid)
    }
}
