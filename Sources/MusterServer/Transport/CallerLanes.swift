import MusterCore
import Synchronization

/// Lets tasks of callers run on threads where callers take turns (``CallerQueue``).
final class CallerLanes: Sendable {
    /// A part of a task that waits for its turn.
    struct Job: Sendable {
        fileprivate let job: UnownedJob
        fileprivate let lane: Lane

        /// Does it, on the calling thread.
        func run() {
            job.runSynchronously(on: lane.asUnownedTaskExecutor())
        }
    }

    private let add: @Sendable (Job, _ ticket: UInt64, _ caller: UserID) -> Void
    private let tickets = Atomic<UInt64>(0)

    /// Hands parts of tasks to `add`, which has a place for each: they belong to calls that are under way.
    init(_ add: @escaping @Sendable (Job, _ ticket: UInt64, _ caller: UserID) -> Void) {
        self.add = add
    }

    /// Where the tasks of a caller run.
    func lane(for caller: UserID) -> any TaskExecutor {
        Lane(of: self, for: caller)
    }

    /// The work of one call.
    fileprivate final class Lane: TaskExecutor {
        private let caller: UserID
        private let lanes: CallerLanes

        init(of lanes: CallerLanes, for caller: UserID) {
            self.lanes = lanes
            self.caller = caller
        }

        func enqueue(_ job: consuming ExecutorJob) {
            let ticket = lanes.tickets.wrappingAdd(1, ordering: .relaxed).newValue
            lanes.add(Job(job: UnownedJob(job), lane: self), ticket, caller)
        }
    }
}
