import MusterCore
import Synchronization

/// Reads and writes lists, each of which may have a million records, away from the threads that serve everybody.
///
/// A batch of some hundred records takes an event loop milliseconds in which it answers nobody, and whoever reads
/// what is sent never makes it wait. Two threads do it here, and callers take turns: each gets as much as any
/// other, with however many connections it asks.
final class ListThreads: Sendable {
    /// The one for all lists.
    static let shared = ListThreads()

    private struct Job: Sendable {
        let job: UnownedJob
        let lane: Lane
    }

    private let threads = CallerThreads<Job>("lists", .lists, threads: 2, places: .max) {
        $0.job.runSynchronously(on: $0.lane.asUnownedTaskExecutor())
    }
    private let tickets = Atomic<UInt64>(0)

    private init() {}

    /// Where a caller's lists are read and written.
    func lane(for caller: UserID) -> any TaskExecutor {
        Lane(threads: self, caller: caller)
    }

    private func enqueue(_ job: UnownedJob, on lane: Lane) {
        let ticket = tickets.wrappingAdd(1, ordering: .relaxed).newValue
        // There is always a place: what waits are parts of calls that are under way.
        _ = threads.add(Job(job: job, lane: lane), as: ticket, of: lane.caller)
    }

    /// The work of one call.
    private final class Lane: TaskExecutor {
        let caller: UserID
        private let threads: ListThreads

        init(threads: ListThreads, caller: UserID) {
            self.threads = threads
            self.caller = caller
        }

        func enqueue(_ job: consuming ExecutorJob) {
            threads.enqueue(UnownedJob(job), on: self)
        }
    }
}
