import MusterCore
import Synchronization

/// Counts requests by the minute: those by each credential of each user, and those of all its credentials together.
///
/// Whoever has stolen one of somebody's credentials leaves the owner those of the others.
final class RateLimiter: Sendable {
    /// How many times the limit all credentials of a user may use together.
    static let credentials = 4

    private struct Payer: Hashable {
        let user: UserID
        let credential: CallerCredential
    }

    private struct Window {
        var start: Timestamp
        var counts: [Payer: Int] = [:]
        var sums: [UserID: Int] = [:]
    }

    private static let length = Duration.seconds(60)

    private let limit: Int
    private let window: Mutex<Window>

    init(requestsPerMinute limit: Int, startingAt now: Timestamp) {
        self.limit = limit
        window = Mutex(Window(start: now))
    }

    /// Counts a request.
    ///
    /// - Throws: ``MusterError`` with code `request.rate_limited` beyond the limit.
    func admit(
        _ user: UserID,
        by credential: CallerCredential,
        at now: Timestamp
    ) throws(MusterError) {
        let payer = Payer(user: user, credential: credential)
        let wait: Duration? = window.withLock { window in
            if now.since(window.start) >= RateLimiter.length || now < window.start {
                window = Window(start: now)
            }
            let wait = RateLimiter.length - now.since(window.start)
            let count = window.counts[payer, default: 0]
            // What is beyond its own limit takes nothing from the others.
            guard count < limit else { return wait }
            let sum = window.sums[user, default: 0]
            guard sum < limit * RateLimiter.credentials else { return wait }
            window.counts[payer] = count + 1
            window.sums[user] = sum + 1
            return nil
        }
        guard let wait else { return }
        throw .rateLimited(
            "You may send \(limit) requests in a minute.",
            retryAfter: wait,
            for: .requestRate
        )
    }
}
