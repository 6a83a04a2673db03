public import MusterCore
import Synchronization

/// A clock that stands still until it is moved.
public final class FixedClock: DirectoryClock {
    /// 2026-01-01T00:00:00Z, where a clock stands unless said otherwise.
    public static let start = Timestamp(rawValue: 1_767_225_600_000)

    private let present: Mutex<Timestamp>
    private let waitings = Mutex<[Duration]>([])

    /// Sets the clock.
    public init(_ present: Timestamp = FixedClock.start) {
        self.present = Mutex(present)
    }

    /// The moment at which the clock stands.
    public func now() -> Timestamp {
        present.withLock { $0 }
    }

    /// How long callers have asked to wait so far; none of them has waited.
    public var waits: [Duration] { waitings.withLock { $0 } }

    /// Notes the wish, and returns at once.
    public func wait(for duration: Duration) async {
        waitings.withLock { $0.append(duration) }
    }

    /// Moves the clock, backwards where the duration is negative.
    public func advance(by duration: Duration) {
        present.withLock { $0 = $0.advanced(by: duration) }
    }
}
