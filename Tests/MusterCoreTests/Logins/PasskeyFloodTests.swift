import MusterTesting
import StoreTesting
import Testing

@testable import MusterCore

@Suite("Logins with a passkey alone keep no change waiting, however many come", .everyStore)
struct PasskeyFloodTests {
    private let hasher = InstantHasher()
    private let scene: FactorScene
    private var test: TestDirectory { scene.test }
    private var authenticator = TestAuthenticator()

    init() async throws {
        scene = try await FactorScene(hasher: hasher)
        _ = try await scene.addPasskey(&authenticator)
    }

    /// Logs in with a passkey that signs: a challenge of its own, or what it is told to.
    private func logIn(
        _ authenticator: TestAuthenticator,
        signing other: [UInt8]? = nil
    ) async throws -> MusterError? {
        let request = try test.logins.beginWithPasskey()
        let assertion = authenticator.assertion(other ?? request.challenge)
        return await failure {
            try await test.logins.finish(
                request.handle ?? Secret(""),
                with: .passkey(assertion),
                from: TestDirectory.origin()
            )
        }
    }

    @Test("what cannot be right costs a hash before it is written down, and what is right none")
    func cost() async throws {
        let before = hasher.calls.checks
        var unverified = authenticator
        unverified.flags = 0x01
        #expect(try await logIn(TestAuthenticator(9))?.code == .credentialsInvalid)
        #expect(hasher.calls.checks == before + 1, "a key that nobody has")
        let zeroes = [UInt8](repeating: 0, count: 32)
        #expect(try await logIn(authenticator, signing: zeroes)?.code == .credentialsInvalid)
        #expect(hasher.calls.checks == before + 2, "another challenge")
        #expect(try await logIn(unverified)?.code == .credentialsInvalid)
        #expect(hasher.calls.checks == before + 3, "nobody was asked who it is")
        #expect(try await logIn(authenticator) == nil)
        #expect(hasher.calls.checks == before + 3)
    }

    @Test("where too many wait for a hash nothing is written, and whoever has the key comes in")
    func overload() async throws {
        hasher.setOverloaded(true)
        #expect(try await logIn(TestAuthenticator(9))?.code == .overloaded)
        #expect(try await scene.reasons().isEmpty)
        #expect(try await logIn(authenticator) == nil)
    }

    @Test("whoever has the key begins thirty sessions at once, and then ten a minute")
    func own() async throws {
        for _ in 0..<ChangeBudget.atOnce { #expect(try await logIn(authenticator) == nil) }
        let refusal = try await logIn(authenticator)
        #expect(refusal?.code == .rateLimited)
        #expect(refusal?.details["retry_after_seconds"] == "6")
        #expect(try await scene.reasons().isEmpty, "it was not wrong")
        test.clock.advance(by: ChangeBudget.interval)
        #expect(try await logIn(authenticator) == nil)
        #expect(try await logIn(authenticator)?.code == .rateLimited)
    }
}
