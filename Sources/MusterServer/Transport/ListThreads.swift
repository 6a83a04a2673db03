import MusterCore
import WorkerThreads

/// Reads and writes lists, each of which may have a million records, away from the threads that serve everybody.
///
/// A batch of some hundred records takes an event loop milliseconds in which it answers nobody, and whoever reads
/// what is sent never makes it wait. Two threads do it, and callers take turns: each gets as much as any
/// other, with however many connections it asks. Two others answer what is found in one go, a page or a search, so that
/// nobody who looks for something waits behind a million records, be they the caller's own.
final class ListThreads: Sendable {
    /// Those that write lists batch by batch.
    static let shared = ListThreads("lists")
    /// Those that find what is asked for, and answer it where it is one batch.
    static let pages = ListThreads("pages")

    private let lanes: CallerLanes

    private init(_ name: String) {
        let threads = CallerThreads<CallerLanes.Job>(name, .lists, threads: 2, places: .max) {
            $0.run()
        }
        lanes = CallerLanes { _ = threads.add($0, as: $1, of: $2) }
    }

    /// Where a caller's lists are read and written.
    func lane(for caller: UserID) -> any TaskExecutor {
        lanes.lane(for: caller)
    }
}
