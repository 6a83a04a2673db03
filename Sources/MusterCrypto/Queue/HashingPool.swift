import Dispatch
import FoundationEssentials
import MusterCore
import Synchronization
import SystemCalls

/// A few threads that hash, behind a queue of bounded length in which everybody has a fair share.
final class HashingPool: Sendable {
    private struct Job {
        let isOfStranger: Bool
        let run: @Sendable () -> Void
        /// Tells whoever waits that it was in vain.
        let giveUp: @Sendable () -> Void
    }

    /// How long a thread without work keeps the memory of its last hash: as long as the next login of a storm may
    /// let itself be awaited, and no longer than that.
    private static let memoryKept = DispatchTimeInterval.seconds(1)

    private struct State {
        var queue: FairQueue<Job>
        var strangers: StrangerRoom
    }

    private let state: Mutex<State>
    private let available = DispatchSemaphore(value: 0)
    private let tickets = Atomic<UInt64>(0)
    private let threadCount: Int
    private let queueLimit: Int
    private let waits = Mutex(DurationCounts())

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - name: What the threads are called, before their number.
    ///   - threads: How many jobs are done at a time, from 1.
    ///   - queueLimit: How many more may wait.
    ///   - priority: What priority the threads have.
    ///   - memoryBytes: The size of the hashes for which a thread keeps memory; 0 for none.
    init(
        _ name: String,
        threads: Int,
        queueLimit: Int,
        priority: ThreadPriority,
        memoryBytes: Int
    ) {
        threadCount = max(threads, 1)
        state = Mutex(
            State(
                queue: FairQueue(limit: queueLimit),
                strangers: StrangerRoom(threads: threadCount)
            )
        )
        self.queueLimit = queueLimit
        for number in 1...threadCount {
            SystemThread.startSurely("\(name)-\(number)") { [weak self, available] in
                priority.take()
                HashingMemory.keep(memoryBytes)
                defer { HashingMemory.giveBack() }
                while true {
                    if available.wait(timeout: .now() + Self.memoryKept) == .timedOut {
                        HashingMemory.giveBack()
                        available.wait()
                    }
                    guard let next = self.map({ $0.nextJob() }) else { return }
                    guard let next else { continue }
                    let begun = Self.now
                    let onProcessor = ThreadStopwatch().time(next.run)
                    self?.end(next, begun: begun, onProcessor: onProcessor)
                }
            }
        }
    }

    deinit {
        // Each signal lets one thread find that there is nothing left to work for.
        for _ in 0..<threadCount { available.signal() }
    }

    /// How many jobs wait for a thread.
    var waiting: Int { state.withLock { $0.queue.count } }

    /// How often a thread was called for strangers who had to go on waiting, and is not called again yet.
    var passedOver: Int { state.withLock { $0.strangers.unserved } }

    /// Whether there is no place for another job.
    var isFull: Bool { state.withLock { $0.queue.isFull } }

    /// How it stands with those that wait, under a name.
    func figures(_ name: String) -> HashingFigures.Queue {
        HashingFigures.Queue(
            name: name,
            waiting: waiting,
            places: queueLimit,
            waits: waits.withLock { $0 }
        )
    }

    /// Does work on one of the threads when its turn has come.
    ///
    /// A caller whose task is cancelled before that gives its place free at once.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded`, and a ``HashingRefusal`` as its cause where the
    ///   queue had no place for it; also when the task was cancelled.
    func run<Result: Sendable>(
        in lane: HashingLane,
        _ work: @escaping @Sendable () -> Result
    ) async throws(MusterError) -> Result {
        let ticket = tickets.wrappingAdd(1, ordering: .relaxed).newValue
        let begun = DispatchTime.now().uptimeNanoseconds
        let result: Result? = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result?, Never>) in
                let job = Job(
                    isOfStranger: lane.kind == .strangers,
                    run: { [self] in
                        noteWait(since: begun)
                        continuation.resume(returning: work())
                    },
                    giveUp: { continuation.resume(returning: nil) }
                )
                add(job, as: ticket, in: lane)
                // Where the task was cancelled before there was a job, the handler has found none.
                if Task.isCancelled { abandon(ticket) }
            }
        } onCancel: {
            abandon(ticket)
        }
        guard let result else {
            throw .overloaded(
                "Too many passwords wait to be checked. Try again in a second.",
                because: Task.isCancelled ? CancellationError() : HashingRefusal(lane.kind)
            )
        }
        return result
    }

    private func noteWait(since begun: UInt64) {
        let waited = DispatchTime.now().uptimeNanoseconds - begun
        waits.withLock { $0.add(waited) }
    }

    private func add(_ job: Job, as ticket: UInt64, in lane: HashingLane) {
        let (admission, needsCall) = state.withLock { state in
            let admission = state.queue.add(job, as: ticket, in: lane)
            guard case .displaced(let other) = admission, other.isOfStranger, !job.isOfStranger
            else { return (admission, false) }
            state.strangers.yieldPlace()
            return (admission, true)
        }
        switch admission {
        case .waits:
            available.signal()
        case .displaced(let other):
            // The signal of the one that lost its place serves the newcomer, unless a thread has heard it and passed that
            // one over: nobody who is not passed over may wait then.
            if needsCall { available.signal() }
            other.giveUp()
        case .refused:
            job.giveUp()
        }
    }

    /// Takes a job out of the queue, if it is still there.
    private func abandon(_ ticket: UInt64) {
        // A thread that is woken for it finds nothing to do, or another's job.
        state.withLock { $0.queue.remove(ticket) }?.giveUp()
    }

    /// A time of the machine's clock that is never set.
    private static var now: Duration { .nanoseconds(DispatchTime.now().uptimeNanoseconds) }

    /// The next job; nil if there is none after all, or only of strangers who have to go on waiting.
    private func nextJob() -> Job? {
        let now = Self.now
        let (job, again): (Job?, Duration?) = state.withLock { state in
            let isFull = state.strangers.isFull(at: now)
            guard let job = state.queue.next(but: isFull ? .strangers : nil) else {
                return (nil, state.queue.count > 0 ? state.strangers.passOver(at: now) : nil)
            }
            if job.isOfStranger {
                state.strangers.begin(at: now)
            } else {
                state.strangers.beginOther()
            }
            return (job, nil)
        }
        if let again {
            let wait = (again - now) / .nanoseconds(1)
            DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(Int(wait))) {
                [weak self] in self?.restIsOver()
            }
        }
        return job
    }

    private func restIsOver() {
        let now = Self.now
        for _ in 0..<state.withLock({ $0.strangers.restIsOver(at: now) }) { available.signal() }
    }

    /// Notes how the check of a password has ended.
    func note(_ check: PasswordCheck, in lane: HashingLane) {
        guard lane.kind == .strangers else { return }
        state.withLock { $0.strangers.note(isWrong: check == .wrong) }
    }

    /// A job is done: the threads that passed strangers over are called again.
    private func end(_ job: Job, begun: Duration, onProcessor: Duration) {
        let now = Self.now
        let called = state.withLock { state in
            job.isOfStranger
                ? state.strangers.end(at: now, after: now - begun, onProcessor: onProcessor)
                : state.strangers.endOther(at: now)
        }
        for _ in 0..<called { available.signal() }
    }
}
