import MusterCore
import Synchronization
import WorkerThreads

/// Runs the work of imports away from the threads that serve requests.
///
/// To read a megabyte of lines takes some tens of milliseconds, in which an event loop would answer nobody. Callers take
/// turns: each gets as much of the thread as any other, with however many imports it comes.
final class ImportThread: Sendable {
    /// The one for all imports: those of two callers get half of it each.
    static let shared = ImportThread("import")
    /// Those that check lines meanwhile.
    static let checkers = [ImportThread("import checks 1"), ImportThread("import checks 2")]

    private let lanes: CallerLanes

    init(_ label: String) {
        let thread = WorkerPool(label, .imports, threads: 1)
        let waiting = Waiting()
        lanes = CallerLanes { job, ticket, caller in
            waiting.add(job, ticket, caller)
            // The job whose turn it is then need not be this one.
            thread.begin { waiting.next()?.run() }
        }
    }

    /// Where the imports of a caller run.
    func lane(for caller: UserID) -> any TaskExecutor {
        lanes.lane(for: caller)
    }

    /// What waits for the thread.
    private final class Waiting: Sendable {
        private let jobs = Mutex(CallerQueue<CallerLanes.Job>(limit: .max))

        func add(_ job: CallerLanes.Job, _ ticket: UInt64, _ caller: UserID) {
            jobs.withLock { jobs in _ = jobs.add(job, as: ticket, of: caller) }
        }

        func next() -> CallerLanes.Job? {
            jobs.withLock { $0.next() }
        }
    }
}
