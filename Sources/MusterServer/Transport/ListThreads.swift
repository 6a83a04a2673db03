import MusterCore
import WorkerThreads

/// Reads and writes lists, each of which may have a million records, away from the threads that serve everybody.
///
/// A batch of some hundred records takes an event loop milliseconds in which it answers nobody, and whoever reads
/// what is sent never makes it wait. Two threads do it here, and callers take turns: each gets as much as any
/// other, with however many connections it asks.
final class ListThreads: Sendable {
    /// The one for all lists.
    static let shared = ListThreads()

    private let lanes: CallerLanes

    private init() {
        let threads = CallerThreads<CallerLanes.Job>("lists", .lists, threads: 2, places: .max) {
            $0.run()
        }
        lanes = CallerLanes { _ = threads.add($0, as: $1, of: $2) }
    }

    /// Where a caller's lists are read and written.
    func lane(for caller: UserID) -> any TaskExecutor {
        lanes.lane(for: caller)
    }
}
