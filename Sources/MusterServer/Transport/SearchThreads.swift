import Dispatch
import MusterCore
import Synchronization

/// Runs what has to look through much of the directory away from the threads that serve requests.
///
/// A search for a beginning that a million users share takes some tenths of a second, in which an event loop
/// would answer nobody. Two threads, so that whoever searches much holds up at most those who search, too.
enum SearchThreads {
    private static let mark = DispatchSpecificKey<Bool>()
    private static let queues = (1...2).map { number in
        let queue = DispatchQueue(label: "searches \(number)", qos: .utility)
        queue.setSpecific(key: mark, value: true)
        return queue
    }
    private static let turn = Atomic<Int>(0)

    /// Whether the caller is on one of the threads.
    static var isCurrent: Bool { DispatchQueue.getSpecific(key: mark) == true }

    /// Does some work on one of the threads.
    ///
    /// - Throws: what `work` throws.
    static func run<Result: Sendable>(
        _ work: @escaping @Sendable () throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        let number = turn.wrappingAdd(1, ordering: .relaxed).oldValue & Int.max
        let queue = queues[number % queues.count]
        let result: Swift.Result<Result, MusterError> = await withCheckedContinuation { done in
            queue.async {
                do throws(MusterError) {
                    done.resume(returning: .success(try work()))
                } catch {
                    done.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
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
    /// - Throws: as ``MusterCore/UserService/page(by:_:)``.
    func pageApart(
        by principal: Principal,
        _ query: UserQuery
    ) async throws(MusterError) -> [User] {
        guard !query.isShort else {
            return try page(by: principal) { () throws(MusterError) in query }
        }
        return try await SearchThreads.run { () throws(MusterError) in
            try page(by: principal) { () throws(MusterError) in query }
        }
    }
}
