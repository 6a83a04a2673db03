/// When a request is sent again, and after how long.
///
/// Nothing is sent a second time that may have been done the first time and would be done twice: what is
/// repeatable may always be sent again, anything else only where nothing was sent, or where the server itself
/// said that it did nothing and when to come back.
package struct Retries: Sendable {
    /// The longest wait of our own choosing.
    static let longestPause = Duration.seconds(5)
    /// The upper bound of the first wait of our own choosing; each further one is twice as long.
    static let firstPause = Duration.milliseconds(100)

    /// How many times a request is sent again at most.
    let limit: Int
    /// The longest wait that a server may ask for.
    let longestRetryAfter: Duration
    /// Draws a time from zero to the one given.
    let jitter: @Sendable (Duration) -> Duration

    /// Makes a rule.
    package init(
        limit: Int,
        longestRetryAfter: Duration = .seconds(30),
        jitter: @escaping @Sendable (Duration) -> Duration
    ) {
        self.limit = limit
        self.longestRetryAfter = longestRetryAfter
        self.jitter = jitter
    }

    /// How long to wait before a request is sent again after an answer; nil gives the answer to the caller.
    package func pause(after answer: Answer, to request: Request, attempt: Int) -> Duration? {
        guard attempt < limit else { return nil }
        switch answer.status {
        case 429, 503:
            guard let asked = answer.retryAfter else {
                return request.isRepeatable ? pause(attempt) : nil
            }
            return asked <= longestRetryAfter ? asked + jitter(Retries.firstPause) : nil
        case 502, 504:
            return request.isRepeatable ? pause(attempt) : nil
        default:
            return nil
        }
    }

    /// How long to wait before a request is sent again after a failure; nil gives the failure to the caller.
    package func pause(
        after failure: NetworkFailure,
        of request: Request,
        attempt: Int
    ) -> Duration? {
        guard attempt < limit, failure.reason == .other,
            request.isRepeatable || !failure.mayHaveArrived
        else { return nil }
        return pause(attempt)
    }

    /// How long to wait before a further attempt that is known to be safe; nil if there is to be none.
    package func pause(afterAttempt attempt: Int) -> Duration? {
        attempt < limit ? pause(attempt) : nil
    }

    /// Full jitter: anything up to a bound that doubles, so that many clients do not come back at once.
    private func pause(_ attempt: Int) -> Duration {
        let bound = Retries.firstPause * (1 << min(attempt, 10))
        return jitter(min(bound, Retries.longestPause))
    }
}
