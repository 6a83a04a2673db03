import Synchronization

/// Counts refusals, so that they are told of once a second however many there are.
final class RefusalLog: Sendable {
    private struct State {
        var count = 0
        var lastTold: ContinuousClock.Instant?
    }

    private static let interval = Duration.seconds(1)

    private let state = Mutex(State())

    /// Counts one, and tells of all that were not told of yet where the last time is a second ago.
    func note(at now: ContinuousClock.Instant, _ tell: (Int) -> Void) {
        let count = state.withLock { state -> Int? in
            state.count += 1
            if let last = state.lastTold, now - last < Self.interval { return nil }
            defer { state.count = 0 }
            state.lastTold = now
            return state.count
        }
        if let count { tell(count) }
    }
}
