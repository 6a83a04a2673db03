import MusterTesting
import Testing

@testable import MusterCore

@Suite("Guesses by whoever asks for others")
struct CallerLockoutTests {
    private static let wrong = Secret("wrong password")
    private static let name = "jane@example.com"
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
        _ = try await test.makeUser(Self.name)
    }

    /// Whether an answer is yes, of a client that the caller says to be in network `number`.
    private func opens(
        _ password: Secret<String>,
        in number: Int,
        by caller: Principal? = nil
    ) async -> Bool {
        await failure {
            try await test.credentialChecks.check(
                LoginRequest(username: Self.name, password: password),
                from: "10.0.\(number).1",
                by: caller ?? test.asMaskAdministrator
            )
        } == nil
    }

    private func fail(_ times: Int) async {
        for number in 1...times { #expect(await !opens(Self.wrong, in: number)) }
    }

    private let right = TestDirectory.administratorPassword

    @Test(
        "a caller that names another address each time is shut out all the same, for as long as others"
    )
    func changingAddresses() async throws {
        await fail(LockoutRule.maximumFailuresOfCaller + 1)
        #expect(await !opens(right, in: 200))
        let reason = try test.auditEvents().last?.fields.first { $0.key == "reason" }
        #expect(reason?.value == Refusal.locked.rawValue)
        test.clock.advance(by: .seconds(900))
        #expect(await opens(right, in: 200))
    }

    @Test("one failure less, and the right password is still told from a wrong one")
    func bound() async throws {
        await fail(LockoutRule.maximumFailuresOfCaller)
        #expect(await opens(right, in: 200))
    }

    @Test("where the user was let in for that caller before, strangers elsewhere close nothing")
    func familiar() async throws {
        #expect(await opens(right, in: 100))
        await fail(LockoutRule.maximumFailuresOfCaller + 1)
        #expect(await opens(right, in: 100))
        #expect(await !opens(right, in: 101))
    }

    @Test("other callers and the user's own logins are not held back")
    func others() async throws {
        let other = try await test.makeUser("other@example.com", role: .administrator)
        await fail(LockoutRule.maximumFailuresOfCaller + 1)
        #expect(await opens(right, in: 200, by: try? await test.asUser(other, by: .masks)))
        _ = try await test.logIn(Self.name, from: IPAddress("203.0.113.9"))
        #expect(test.clock.waits.isEmpty, "addresses that a caller has made up slow nobody")
    }

    @Test("failures further apart than a lock lasts never add up")
    func forgetting() async throws {
        for number in 1...LockoutRule.maximumFailuresOfCaller * 2 {
            #expect(await !opens(Self.wrong, in: number))
            test.clock.advance(by: .seconds(900))
        }
        #expect(await opens(right, in: 200))
    }
}
