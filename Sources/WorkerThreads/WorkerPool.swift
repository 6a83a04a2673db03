import Dispatch
import Synchronization

/// A few threads of their own, and a queue before them.
///
/// The queue has no bound: whoever hands out work here lets only so many callers come so far.
public final class WorkerPool: Sendable {
    private typealias Job = @Sendable () -> Void

    /// What waits, the oldest last.
    private struct Queue: Sendable {
        var fresh: [Job] = []
        var old: [Job] = []

        mutating func next() -> Job? {
            if old.isEmpty {
                old = fresh.reversed()
                fresh = []
            }
            return old.popLast()
        }
    }

    private let queue = Mutex(Queue())
    private let available = DispatchSemaphore(value: 0)
    private let threads: Int

    /// Starts threads, which end when nobody holds this any more.
    ///
    /// - Parameters:
    ///   - name: What the threads are called, before their number.
    ///   - kind: What they are for.
    ///   - threads: How many jobs are done at a time, from 1.
    public init(_ name: String, _ kind: WorkerThread.Kind, threads: Int) {
        self.threads = max(threads, 1)
        for number in 1...self.threads {
            WorkerThread.startSurely("\(name) \(number)", kind) { [weak self, available] in
                while true {
                    available.wait()
                    guard let job = self.map({ $0.next() }) else { return }
                    job?()
                }
            }
        }
    }

    deinit {
        // Each signal lets one thread find that there is nothing left to work for.
        for _ in 0..<threads { available.signal() }
    }

    /// Does something on one of the threads, and returns when it is done.
    ///
    /// - Throws: what `work` throws.
    public func run<Result: Sendable, Failure: Error>(
        _ work: @escaping @Sendable () throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let outcome = await withCheckedContinuation { done in
            begin { done.resume(returning: Swift.Result(catching: work)) }
        }
        return try outcome.get()
    }

    /// Has something done on one of the threads, and does not wait for it.
    public func begin(_ work: @escaping @Sendable () -> Void) {
        queue.withLock { $0.fresh.append(work) }
        available.signal()
    }

    private func next() -> Job? {
        queue.withLock { $0.next() }
    }
}
