import Dispatch
import MusterCore
import Synchronization

/// A few threads that do what callers ask for, callers in turns (``CallerQueue``).
final class CallerThreads<Job: Sendable>: Sendable {
    private struct State {
        var queue: CallerQueue<Job>
        /// How many threads are at work.
        var running = 0
    }

    private let state: Mutex<State>
    private let threads: Int
    private let workers: DispatchQueue
    private let body: @Sendable (Job) -> Void

    /// Makes threads with a queue of their own.
    ///
    /// - Parameters:
    ///   - name: What the threads are called.
    ///   - threads: How many jobs are done at a time, from 1.
    ///   - places: How many more may wait, from 1.
    ///   - mark: What is set on the threads, so that they can be told from others.
    ///   - body: Does a job.
    init(
        _ name: String,
        threads: Int,
        places: Int,
        mark: DispatchSpecificKey<Bool>,
        _ body: @escaping @Sendable (Job) -> Void
    ) {
        self.threads = threads
        self.body = body
        state = Mutex(State(queue: CallerQueue(limit: places)))
        workers = DispatchQueue(label: name, qos: .utility, attributes: .concurrent)
        workers.setSpecific(key: mark, value: true)
    }

    /// How many jobs of a caller wait for a thread.
    func waiting(of caller: UserID) -> Int {
        state.withLock { $0.queue.count(of: caller) }
    }

    /// Adds a job, if there is a place for it or if another's lane has to give one up.
    func add(_ job: Job, as ticket: UInt64, of caller: UserID) -> CallerQueue<Job>.Admission {
        let (admission, starts) = state.withLock { state in
            let admission = state.queue.add(job, as: ticket, of: caller)
            guard state.queue.count > 0, state.running < threads else { return (admission, false) }
            state.running += 1
            return (admission, true)
        }
        if starts { workers.async { self.work() } }
        return admission
    }

    /// Takes out a job that nobody waits for any more; nil where it does not wait here.
    func remove(_ ticket: UInt64, of caller: UserID) -> Job? {
        state.withLock { $0.queue.remove(ticket, of: caller) }
    }

    /// Does one job after the other until there are none.
    private func work() {
        while let job = next() { body(job) }
    }

    private func next() -> Job? {
        state.withLock { state in
            let job = state.queue.next()
            if job == nil { state.running -= 1 }
            return job
        }
    }
}
