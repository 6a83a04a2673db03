import MusterCore
import Synchronization

/// Runs what has to look through much of the directory away from the threads that serve requests.
///
/// A search for a beginning that a million users share takes some tenths of a second, in which an event loop
/// would answer nobody. Callers take turns, a bounded number of searches waits, and whoever goes away gives up its
/// place.
final class SearchThreads: Sendable {
    /// Those for searches and counts of users.
    static let users = SearchThreads("searches of users", threads: 2, places: 256)
    /// That for the audit log, which only administrators read: no search of others holds them up.
    static let audit = SearchThreads("searches of the audit log", threads: 1, places: 64)

    private struct Job: Sendable {
        let run: @Sendable () -> Void
        /// Tells whoever waits that it was in vain.
        let giveUp: @Sendable () -> Void
    }

    private let threads: CallerThreads<Job>
    private let tickets = Atomic<UInt64>(0)

    /// Makes threads with a queue of their own.
    ///
    /// - Parameters:
    ///   - name: What the threads are called.
    ///   - threads: How many searches are made at a time, from 1.
    ///   - places: How many more may wait, from 1.
    init(_ name: String, threads: Int, places: Int) {
        self.threads = CallerThreads(name, .searches, threads: threads, places: places) { $0.run() }
    }

    /// How many searches of a caller wait for a thread.
    func waiting(of caller: UserID) -> Int {
        threads.waiting(of: caller)
    }

    /// Makes a search on one of the threads when the caller's turn has come.
    ///
    /// A caller whose task is cancelled before that gives its place free at once; what has begun is done to its end.
    ///
    /// - Throws: what `work` throws, and ``MusterError`` with code `server.overloaded` where the queue had no place
    ///   for it or the task was cancelled.
    func run<Result: Sendable>(
        for principal: Principal,
        _ work: @escaping @Sendable () throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        // In somebody else's name it is still the administrator who asks.
        try await run(for: (principal.impersonator ?? principal.user).id, work)
    }

    /// As ``run(for:_:)`` for a principal.
    func run<Result: Sendable>(
        for caller: UserID,
        _ work: @escaping @Sendable () throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        typealias Outcome = Swift.Result<Result, MusterError>
        let ticket = tickets.wrappingAdd(1, ordering: .relaxed).newValue
        let outcome: Outcome? = await withTaskCancellationHandler {
            await withCheckedContinuation { (done: CheckedContinuation<Outcome?, Never>) in
                let job = Job {
                    do throws(MusterError) {
                        done.resume(returning: .success(try work()))
                    } catch {
                        done.resume(returning: .failure(error))
                    }
                } giveUp: {
                    done.resume(returning: nil)
                }
                add(job, as: ticket, of: caller)
                // Where the task was cancelled before there was a job, the handler has found none.
                if Task.isCancelled { abandon(ticket, of: caller) }
            }
        } onCancel: {
            abandon(ticket, of: caller)
        }
        guard let outcome else {
            throw MusterError(
                .overloaded,
                "Too many searches wait. Try again in a second.",
                details: ["retry_after_seconds": "1"],
                cause: Task.isCancelled ? CancellationError() : Trouble.searches
            )
        }
        return try outcome.get()
    }

    private func add(_ job: Job, as ticket: UInt64, of caller: UserID) {
        switch threads.add(job, as: ticket, of: caller) {
        case .waits: break
        case .displaced(let other): other.giveUp()
        case .refused: job.giveUp()
        }
    }

    /// Takes a job out of the queue, if it is still there.
    private func abandon(_ ticket: UInt64, of caller: UserID) {
        threads.remove(ticket, of: caller)?.giveUp()
    }
}

extension UserQuery {
    /// Whether its answer is found without a search: the next users in an order that the store keeps.
    var isShort: Bool { prefix == nil && group == nil && filters.isEmpty }
}

extension UserService {
    /// One page of users, as ``MusterCore/UserService/page(by:_:)``, where that may take long on a thread of
    /// its own.
    ///
    /// - Throws: as ``MusterCore/UserService/page(by:_:)``, and ``MusterError`` with code `server.overloaded`.
    func pageApart(
        by principal: Principal,
        _ query: UserQuery
    ) async throws(MusterError) -> [User] {
        guard !query.isShort else {
            return try page(by: principal) { () throws(MusterError) in query }
        }
        return try await SearchThreads.users.run(for: principal) { () throws(MusterError) in
            try page(by: principal) { () throws(MusterError) in query }
        }
    }
}
