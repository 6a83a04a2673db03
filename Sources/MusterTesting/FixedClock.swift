public import MusterCore
import Synchronization

/// A clock that stands still until it is moved.
public final class FixedClock: DirectoryClock {
    /// 2026-01-01T00:00:00Z, where a clock stands unless said otherwise.
    public static let start = Timestamp(rawValue: 1_767_225_600_000)

    private let present: Mutex<Timestamp>

    /// Sets the clock.
    public init(_ present: Timestamp = FixedClock.start) {
        self.present = Mutex(present)
    }

    /// The moment at which the clock stands.
    public func now() -> Timestamp {
        present.withLock { $0 }
    }

    /// Moves the clock, backwards where the duration is negative.
    public func advance(by duration: Duration) {
        present.withLock { $0 = $0.advanced(by: duration) }
    }
}
