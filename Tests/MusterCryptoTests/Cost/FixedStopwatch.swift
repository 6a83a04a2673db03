import MusterCrypto
import Synchronization

/// Says that everything takes the same time, without doing it, and counts how often it was asked.
final class FixedStopwatch: HashStopwatch {
    private let duration: Duration
    private let count = Mutex(0)

    init(_ duration: Duration) {
        self.duration = duration
    }

    var measurements: Int { count.withLock { $0 } }

    func time(_ work: () -> Void) -> Duration {
        count.withLock { $0 += 1 }
        return duration
    }
}
