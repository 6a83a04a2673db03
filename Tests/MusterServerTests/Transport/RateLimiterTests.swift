import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

@Suite("So many requests in a minute")
struct RateLimiterTests {
    private let clock = FixedClock()
    private let jane = UserID(rawValue: 2)

    private func admit(
        _ limiter: RateLimiter,
        _ user: UserID,
        by credential: CallerCredential = .keys
    ) async -> MusterError? {
        await failure { try limiter.admit(user, by: credential, at: clock.now()) }
    }

    private func session(_ byte: UInt8) -> CallerCredential {
        .session(SessionID(Digest([UInt8](repeating: byte, count: Digest.byteCount))))
    }

    @Test("each credential has its own count, and all of a user's together four times as much")
    func credentials() async {
        let limiter = RateLimiter(requestsPerMinute: 2, startingAt: clock.now())
        for _ in 1...50 { _ = await admit(limiter, jane, by: session(1)) }
        #expect(await admit(limiter, jane, by: session(1))?.code == .rateLimited)
        for byte in UInt8(2)...4 {
            for _ in 1...2 { #expect(await admit(limiter, jane, by: session(byte)) == nil) }
        }
        #expect(await admit(limiter, jane, by: session(5))?.code == .rateLimited)
        #expect(await admit(limiter, UserID(rawValue: 3), by: session(6)) == nil)
    }

    @Test("as many as the limit are admitted, and one more is not", arguments: [1, 2, 100])
    func limit(_ limit: Int) async {
        let limiter = RateLimiter(requestsPerMinute: limit, startingAt: clock.now())
        for _ in 1...limit { #expect(await admit(limiter, jane)?.code == nil) }
        #expect(await admit(limiter, jane)?.code == .rateLimited)
    }

    @Test("each user has its own count")
    func users() async {
        let limiter = RateLimiter(requestsPerMinute: 1, startingAt: clock.now())
        #expect(await admit(limiter, jane)?.code == nil)
        #expect(await admit(limiter, UserID(rawValue: 3))?.code == nil)
        #expect(await admit(limiter, jane)?.code == .rateLimited)
    }

    @Test(
        "the refusal says in whole seconds when to come back",
        arguments: [(0, "60"), (1, "60"), (1000, "59"), (59_000, "1"), (59_999, "1")]
    )
    func retryAfter(_ milliseconds: Int, _ seconds: String) async {
        let limiter = RateLimiter(requestsPerMinute: 1, startingAt: clock.now())
        _ = await admit(limiter, jane)
        clock.advance(by: .milliseconds(milliseconds))
        #expect(await admit(limiter, jane)?.details["retry_after_seconds"] == seconds)
    }

    @Test("the next minute begins again, and so does a clock that was set back")
    func nextMinute() async {
        let limiter = RateLimiter(requestsPerMinute: 1, startingAt: clock.now())
        for step in [Duration.zero, .seconds(60), .seconds(3600), .seconds(-7200)] {
            clock.advance(by: step)
            #expect(await admit(limiter, jane)?.code == nil)
            #expect(await admit(limiter, jane)?.code == .rateLimited)
        }
    }

    @Test("a crowd at the same moment is counted exactly")
    func crowd() async {
        let limiter = RateLimiter(requestsPerMinute: 100, startingAt: clock.now())
        let admitted = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<500 {
                group.addTask { await admit(limiter, jane)?.code == nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(admitted == 100)
    }
}
