import Dispatch
import MusterCore
import Synchronization

/// Runs the work of imports away from the threads that serve requests.
///
/// To read a megabyte of lines takes some tens of milliseconds, in which an event loop would answer nobody. Callers take
/// turns: each gets as much of the thread as any other, with however many imports it comes.
final class ImportThread: Sendable {
    /// The one for all imports: those of two callers get half of it each.
    static let shared = ImportThread("import")
    /// Those that check lines meanwhile.
    static let checkers = [ImportThread("import checks 1"), ImportThread("import checks 2")]

    private struct Job: Sendable {
        let job: UnownedJob
        let lane: Lane
    }

    // A serial queue has a thread of its own whenever there is something to do.
    private let queue: DispatchQueue
    private let jobs = Mutex(CallerQueue<Job>(limit: .max))
    private let tickets = Atomic<UInt64>(0)

    init(_ label: String) {
        queue = DispatchQueue(label: label, qos: .utility)
    }

    /// Where the imports of a caller run.
    func lane(for caller: UserID) -> any TaskExecutor {
        Lane(of: self, for: caller)
    }

    private func enqueue(_ job: UnownedJob, on lane: Lane) {
        let ticket = tickets.wrappingAdd(1, ordering: .relaxed).newValue
        let next = Job(job: job, lane: lane)
        // There is always a place: what waits are parts of imports that are under way.
        jobs.withLock { jobs in _ = jobs.add(next, as: ticket, of: lane.caller) }
        queue.async { self.runNext() }
    }

    /// Does the job whose turn it is, which need not be the one that was added last.
    private func runNext() {
        guard let next = jobs.withLock({ $0.next() }) else { return }
        next.job.runSynchronously(on: next.lane.asUnownedTaskExecutor())
    }

    /// The work of one import.
    private final class Lane: TaskExecutor {
        let caller: UserID
        private let thread: ImportThread

        init(of thread: ImportThread, for caller: UserID) {
            self.thread = thread
            self.caller = caller
        }

        func enqueue(_ job: consuming ExecutorJob) {
            thread.enqueue(UnownedJob(job), on: self)
        }
    }
}
