import MusterCore
import MusterTesting
import Testing

@testable import MusterCrypto

@Suite("How long a refusal takes")
struct RefusalTimeTests {
    private func hasher(_ kibibytes: Int = 1024) throws -> HashingThreads {
        try HashingThreads(
            Argon2Parameters(kibibytes: kibibytes, iterations: 1),
            threads: 1,
            queueLimit: 10,
            stopwatch: FixedStopwatch(.milliseconds(5))
        )
    }

    @Test("twice a check where all hashes are one's own of today's parameters")
    func own() async throws {
        let hasher = try hasher()
        let hash = try await hasher.hash(Secret("correct horse"))
        #expect(hasher.dearestTime(of: [hash, PasswordHash("nothing")]) == .zero)
        #expect(hasher.refusalTime > .zero, "before the machine was measured, too")
        hasher.setDearestTime(.zero)
        #expect(hasher.refusalTime == .microseconds(625))
    }

    @Test("a hash from elsewhere that is taken makes refusals twice as long as its check, at once")
    func adopted() throws {
        let hasher = try hasher()
        // Sixteen times the rounds of the sample, which takes 5 ms.
        let dear = "$2b$10$" + HashScheme.bcrypt.sample.dropFirst(7)
        _ = try hasher.importHash(Secret(dear))
        #expect(hasher.refusalTime == .milliseconds(160))
        #expect(hasher.dearestTime(of: [PasswordHash(dear)]) == .milliseconds(80))
        hasher.setDearestTime(.zero)
        #expect(hasher.refusalTime == .microseconds(625), "as of one's own again")
    }

    @Test(
        "cheap hashes make refusals longer than checks of one's own; so do one's own of former parameters"
    )
    func cheap() async throws {
        let hasher = try hasher(16_384)
        hasher.setDearestTime(
            hasher.dearestTime(of: [PasswordHash(HashScheme.saltedDigest.sample)])
        )
        #expect(hasher.refusalTime == .milliseconds(10))
        let former = try await self.hasher(1024).hash(Secret("correct horse"))
        #expect(hasher.dearestTime(of: [former]) > .zero)
    }
}
