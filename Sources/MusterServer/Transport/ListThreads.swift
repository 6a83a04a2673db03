import Dispatch
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

    private static let mark = DispatchSpecificKey<Bool>()
    private static let threads = 2

    private struct State {
        var jobs: [UserID?: [(job: UnownedJob, lane: Lane)]] = [:]
        /// Whose turn it is, each caller once.
        var turns: [UserID?] = []
        var running = 0
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(
        label: "lists",
        qos: .utility,
        attributes: .concurrent
    )

    private init() {
        queue.setSpecific(key: ListThreads.mark, value: true)
    }

    /// Whether the caller is on one of the threads.
    static var isCurrent: Bool { DispatchQueue.getSpecific(key: mark) == true }

    /// Where a caller's lists are read and written.
    func lane(for caller: UserID?) -> any TaskExecutor {
        Lane(threads: self, caller: caller)
    }

    private func enqueue(_ job: UnownedJob, on lane: Lane) {
        let starts = state.withLock { state in
            if state.jobs[lane.caller] == nil { state.turns.append(lane.caller) }
            state.jobs[lane.caller, default: []].append((job, lane))
            guard state.running < ListThreads.threads else { return false }
            state.running += 1
            return true
        }
        if starts { queue.async { self.work() } }
    }

    /// Does one job after the other until there are none.
    private func work() {
        while let (job, lane) = next() { job.runSynchronously(on: lane.asUnownedTaskExecutor()) }
    }

    private func next() -> (UnownedJob, Lane)? {
        state.withLock { state in
            while !state.turns.isEmpty {
                let caller = state.turns.removeFirst()
                guard var jobs = state.jobs.removeValue(forKey: caller), !jobs.isEmpty else {
                    continue
                }
                let first = jobs.removeFirst()
                if !jobs.isEmpty {
                    state.jobs[caller] = jobs
                    state.turns.append(caller)
                }
                return first
            }
            state.running -= 1
            return nil
        }
    }

    /// The work of one call.
    private final class Lane: TaskExecutor {
        let caller: UserID?
        private let threads: ListThreads

        init(threads: ListThreads, caller: UserID?) {
            self.threads = threads
            self.caller = caller
        }

        func enqueue(_ job: consuming ExecutorJob) {
            threads.enqueue(UnownedJob(job), on: self)
        }
    }
}
