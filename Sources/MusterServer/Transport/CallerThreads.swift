import Dispatch
import MusterCore
import Synchronization
import WorkerThreads

/// A few threads that do what callers ask for, callers in turns (``CallerQueue``).
///
/// The threads are their own: no other kind of work can take them, however much of it there is.
final class CallerThreads<Job: Sendable>: Sendable {
    private let queue: Mutex<CallerQueue<Job>>
    private let available = DispatchSemaphore(value: 0)
    private let threads: Int

    /// Starts threads with a queue of their own, which end when nobody holds this any more.
    ///
    /// - Parameters:
    ///   - name: What the threads are called, before their number.
    ///   - kind: What they are for, so that they can be told from others.
    ///   - threads: How many jobs are done at a time, from 1.
    ///   - places: How many more may wait, from 1.
    ///   - body: Does a job.
    init(
        _ name: String,
        _ kind: WorkerThread.Kind,
        threads: Int,
        places: Int,
        _ body: @escaping @Sendable (Job) -> Void
    ) {
        queue = Mutex(CallerQueue(limit: places))
        self.threads = max(threads, 1)
        for number in 1...self.threads {
            WorkerThread.startSurely("\(name) \(number)", kind) { [weak self, available] in
                while true {
                    available.wait()
                    guard let next = self.map({ $0.next() }) else { return }
                    // Whoever it was woken for may have given up.
                    if let job = next { body(job) }
                }
            }
        }
    }

    deinit {
        // Each signal lets one thread find that there is nothing left to work for.
        for _ in 0..<threads { available.signal() }
    }

    /// How many jobs of a caller wait for a thread.
    func waiting(of caller: UserID) -> Int {
        queue.withLock { $0.count(of: caller) }
    }

    /// Adds a job, if there is a place for it or if another's lane has to give one up.
    func add(_ job: Job, as ticket: UInt64, of caller: UserID) -> CallerQueue<Job>.Admission {
        let admission = queue.withLock { $0.add(job, as: ticket, of: caller) }
        // The signal of one that lost its place serves the newcomer.
        if case .waits = admission { available.signal() }
        return admission
    }

    /// Takes out a job that nobody waits for any more; nil if it does not wait here.
    func remove(_ ticket: UInt64, of caller: UserID) -> Job? {
        queue.withLock { $0.remove(ticket, of: caller) }
    }

    private func next() -> Job? {
        queue.withLock { $0.next() }
    }
}
