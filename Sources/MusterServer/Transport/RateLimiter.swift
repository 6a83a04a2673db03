import MusterCore
import Synchronization

/// Counts each user's requests by the minute.
final class RateLimiter: Sendable {
    private struct Window {
        var start: Timestamp
        var counts: [UserID: Int] = [:]
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
    func admit(_ user: UserID, at now: Timestamp) throws(MusterError) {
        let wait: Duration? = window.withLock { window in
            if now.since(window.start) >= RateLimiter.length || now < window.start {
                window = Window(start: now)
            }
            let count = window.counts[user, default: 0] + 1
            window.counts[user] = count
            return count > limit ? RateLimiter.length - now.since(window.start) : nil
        }
        guard let wait else { return }
        throw .rateLimited(
            "You may send \(limit) requests in a minute.",
            retryAfter: wait,
            for: .requestRate
        )
    }
}
