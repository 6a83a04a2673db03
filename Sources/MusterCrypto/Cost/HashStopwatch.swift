import FoundationEssentials
import SystemCalls

/// Measures how long work takes.
public protocol HashStopwatch: Sendable {
    /// Does the work on the calling thread, once, and says how long it took.
    func time(_ work: () -> Void) -> Duration
}

/// Measures the time that the calling thread had a processor, so that a busy machine does not seem a slow one.
public struct ThreadStopwatch: HashStopwatch {
    /// Builds a stopwatch.
    public init() {}

    /// Does the work, and says how long it took.
    public func time(_ work: () -> Void) -> Duration {
        let start = ThreadStopwatch.now
        work()
        return ThreadStopwatch.now - start
    }

    private static var now: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
