import MusterTesting
import Testing

@testable import MusterCore

@Suite("Codes that are asked for again and again keep no change waiting")
struct CodeRequestTests {
    /// Five codes an hour go to one address; after that they are refused.
    @Test("thirty refusals are written down at once, and then ten a minute")
    func refusals() async throws {
        let store = DistantStore()
        let test = try await TestDirectory(store: store)
        var user = try await test.makeUser("jane@example.com")
        user.secondFactor.isEmailEnabled = true
        try await test.overwrite(user)
        let login = await failure { try await test.logIn("jane@example.com") }
        let handle = try #require(login?.challenge?.handle)
        let ask = {
            await failure {
                try await test.logins.sendCode(
                    for: handle,
                    by: .email,
                    from: TestDirectory.origin()
                )
            }?.code
        }
        let young = LoginCode.resendAfter + .seconds(1)
        repeat { test.clock.advance(by: young) } while await ask() == nil
        test.clock.advance(by: young)
        _ = store.takeCalls()
        for _ in 0..<ChangeBudget.atOnce { #expect(await ask() == .rateLimited) }
        #expect(store.takeCalls().changes == ChangeBudget.atOnce)
        #expect(await ask() == .rateLimited)
        #expect(store.takeCalls().changes == 0)
        test.clock.advance(by: ChangeBudget.interval)
        #expect(await ask() == .rateLimited)
        #expect(store.takeCalls().changes == 1)
    }
}
