import Dispatch
import MusterCore
import Synchronization
import SystemCalls

/// Threads that ask the engine and wait for it, each with a connection of its own that never leaves it, behind a queue of
/// bounded length in which everybody has a fair share.
final class PostgresWorkers: Sendable {
    typealias Work = @Sendable (PostgresLink) -> Void

    private struct Job {
        let run: Work
        /// Tells whoever waits that it was in vain.
        let giveUp: @Sendable () -> Void
    }

    private struct Queue {
        var jobs: FairQueue<Job>
        var isClosed = false
    }

    /// What a thread that was called finds.
    private enum Next {
        case job(Job)
        /// Nothing: it was given up.
        case nothing
        case end
    }

    /// How many wait before a newcomer takes a place of whoever has the most, or is refused: what the engine answers in a
    /// second.
    static let queueLimit = 4096

    private let queue: Mutex<Queue>
    private let available = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let tickets = Atomic<UInt64>(0)
    private let threads: Int

    /// Starts threads.
    ///
    /// - Parameters:
    ///   - name: What they are called, before their number.
    ///   - place: Where the tables are.
    ///   - threads: How many connections there are.
    ///   - queueLimit: How many jobs wait at most.
    init(
        _ name: String,
        _ place: PostgresPlace,
        threads: Int,
        queueLimit: Int = PostgresWorkers.queueLimit
    ) {
        self.threads = threads
        queue = Mutex(Queue(jobs: FairQueue(limit: queueLimit)))
        for number in 1...threads {
            SystemThread.startSurely("\(name) \(number)") { [weak self, available, ended] in
                let link = PostgresLink(place)
                while true {
                    available.wait()
                    guard let next = self.map({ $0.next() }) else { break }
                    if case .end = next { break }
                    if case .job(let job) = next { job.run(link) }
                }
                link.drop()
                ended.signal()
            }
        }
    }

    deinit {
        for _ in 0..<threads { available.signal() }
    }

    /// How many jobs wait for a thread.
    var waiting: Int { queue.withLock { $0.jobs.count } }

    /// Has something done on one of the threads, ahead of everybody else's.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` if there is no place for it, or after ``close()``.
    func submit(_ work: @escaping Work) throws(MusterError) {
        let job = Job(run: work, giveUp: {})
        guard add(job, as: ticket(), in: .local(SourceNetwork(of: nil))) else {
            throw PostgresWorkers.refusal(cause: Trouble.databaseQueue)
        }
    }

    /// Does something on one of the threads when the turn of the call's ``ReadLane`` has come, and returns when it is done.
    ///
    /// A caller whose task is cancelled before that gives its place free at once.
    ///
    /// - Throws: what `work` throws; ``MusterError`` with code `server.overloaded` if there is no place for it, where
    ///   somebody with a better right to one has got it, when the task was cancelled, or after ``close()``.
    func run<Result: Sendable>(
        _ work: @escaping @Sendable (PostgresLink) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        let ticket = ticket()
        let lane = ReadLane.current ?? .bulk
        let outcome: Swift.Result<Result, MusterError>? = await withTaskCancellationHandler {
            await withCheckedContinuation { done in
                let job = Job(
                    run: { link in
                        done.resume(
                            returning: Swift.Result { () throws(MusterError) in try work(link) }
                        )
                    },
                    giveUp: { done.resume(returning: nil) }
                )
                if !add(job, as: ticket, in: lane) { job.giveUp() }
                // Where the task was cancelled before there was a job, the handler has found none.
                if Task.isCancelled { abandon(ticket) }
            }
        } onCancel: {
            abandon(ticket)
        }
        guard let outcome else {
            let hasGone = Task.isCancelled
            throw PostgresWorkers.refusal(
                cause: hasGone ? CancellationError() : Trouble.databaseQueue
            )
        }
        return try outcome.get()
    }

    /// Ends the threads once what waits is done, and waits for them.
    func close() {
        let wasOpen = queue.withLock { queue in
            defer { queue.isClosed = true }
            return !queue.isClosed
        }
        guard wasOpen else { return }
        for _ in 0..<threads { available.signal() }
        for _ in 0..<threads { ended.wait() }
    }

    /// What they are told for whom there is no place.
    static func refusal(cause: any Error) -> MusterError {
        .overloaded(
            "The directory's database cannot follow at present. Try again in a second.",
            because: cause
        )
    }

    private func ticket() -> FairQueue<Job>.Ticket {
        tickets.wrappingAdd(1, ordering: .relaxed).newValue
    }

    /// Adds a job; whether there was a place for it.
    private func add(_ job: Job, as ticket: FairQueue<Job>.Ticket, in lane: HashingLane) -> Bool {
        let admission = queue.withLock { queue in
            queue.isClosed ? .refused : queue.jobs.add(job, as: ticket, in: lane)
        }
        switch admission {
        case .waits:
            available.signal()
        case .displaced(let other):
            // The signal of the one that lost its place serves the newcomer.
            other.giveUp()
        case .refused:
            return false
        }
        return true
    }

    /// Takes a job out of the queue, if it is still there.
    private func abandon(_ ticket: FairQueue<Job>.Ticket) {
        // A thread that is called for it finds nothing to do, or another's job.
        queue.withLock { $0.jobs.remove(ticket) }?.giveUp()
    }

    private func next() -> Next {
        queue.withLock { queue in
            if let job = queue.jobs.next() { return .job(job) }
            return queue.isClosed ? .end : .nothing
        }
    }
}
