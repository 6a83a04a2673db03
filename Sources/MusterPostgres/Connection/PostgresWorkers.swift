import Dispatch
import MusterCore
import Synchronization
import SystemCalls

/// Threads that ask the engine and wait for it, each with a connection of its own that never leaves it.
final class PostgresWorkers: Sendable {
    typealias Job = @Sendable (PostgresLink) -> Void

    private struct Queue: Sendable {
        var jobs: [Job] = []
        var isClosed = false
    }

    /// How many wait before whoever comes next is refused: what the engine answers in a second.
    private static let queueLimit = 4096

    private let queue = Mutex(Queue())
    private let available = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let threads: Int

    /// Starts threads.
    ///
    /// - Parameters:
    ///   - name: What they are called, before their number.
    ///   - place: Where the tables are.
    ///   - threads: How many connections there are.
    init(_ name: String, _ place: PostgresPlace, threads: Int) {
        self.threads = threads
        for number in 1...threads {
            SystemThread.start("\(name) \(number)") { [weak self, available, ended] in
                let link = PostgresLink(place)
                while true {
                    available.wait()
                    guard let found = self.map({ $0.next() }), let job = found else { break }
                    job(link)
                }
                link.drop()
                ended.signal()
            }
        }
    }

    deinit {
        for _ in 0..<threads { available.signal() }
    }

    /// Has something done on one of the threads.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable` where too much waits, or after ``close()``.
    func submit(_ job: @escaping Job) throws(MusterError) {
        let isTaken = queue.withLock { queue in
            guard !queue.isClosed, queue.jobs.count < PostgresWorkers.queueLimit else {
                return false
            }
            queue.jobs.append(job)
            return true
        }
        guard isTaken else {
            throw MusterError(
                .storeUnavailable,
                "The directory's database cannot follow at present."
            )
        }
        available.signal()
    }

    /// Does something on one of the threads, and returns when it is done.
    ///
    /// - Throws: what `work` throws, and as ``submit(_:)``.
    func run<Result: Sendable>(
        _ work: @escaping @Sendable (PostgresLink) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        let outcome: Swift.Result<Result, MusterError> = await withCheckedContinuation { done in
            do throws(MusterError) {
                try submit { link in
                    done.resume(
                        returning: Swift.Result { () throws(MusterError) in try work(link) }
                    )
                }
            } catch {
                done.resume(returning: .failure(error))
            }
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

    private func next() -> Job? {
        queue.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
    }
}
