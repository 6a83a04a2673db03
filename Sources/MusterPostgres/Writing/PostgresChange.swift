import MusterCore
import MusterSQL

/// A change that waits to be made.
struct PostgresChange: Sendable {
    /// Makes the change, in a savepoint or without, and returns what answers its caller after the commit.
    let attempt: @Sendable (PostgresConnection, _ isIsolated: Bool) throws -> Attempt
    /// Answers its caller where nothing was committed.
    let refuse: @Sendable (MusterError) -> Void
    /// Since when it waits.
    let since = ContinuousClock.now

    /// How a change ended.
    struct Attempt {
        /// Tells the caller how it ended, and with which group of the directory's.
        let answer: GroupOutcome.Answer
        /// Whether it failed.
        let hasFailed: Bool
        /// Whether it failed and something of it may be left.
        let isHalfMade: Bool
    }

    /// Wraps what a caller wants to be done.
    ///
    /// - Parameters:
    ///   - sealer: Seals what is not kept in the clear.
    ///   - done: Told, once, what came of it, and the position of the group that it was in; nil if nothing was committed.
    ///   - body: What is to be done.
    init<Result: Sendable>(
        sealer: any Sealer,
        done: @escaping @Sendable (Swift.Result<Result, MusterError>, _ position: Int64?) -> Void,
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) {
        refuse = { done(.failure($0), nil) }
        attempt = { connection, isIsolated in
            let transaction = PostgresTransaction(connection, sealer: sealer)
            connection.hasWritten = false
            if isIsolated { try connection.send("SAVEPOINT change") }
            let outcome = PostgresChange.make(body, transaction, isIsolated: isIsolated)
            let hasFailed = (try? outcome.get()) == nil
            if hasFailed, isIsolated { try connection.returnToSavepoint() }
            return Attempt(
                answer: { done(outcome, $0) },
                hasFailed: hasFailed,
                isHalfMade: hasFailed && !isIsolated
                    && (connection.hasWritten || connection.failure != nil)
            )
        }
    }

    private static func make<Result>(
        _ body: (any DirectoryTransaction) throws(MusterError) -> Result,
        _ transaction: PostgresTransaction,
        isIsolated: Bool
    ) -> Swift.Result<Result, MusterError> {
        do {
            let result = try body(transaction)
            try translating {
                if isIsolated {
                    // What is wrong with the statements that nobody has waited for is this change's own fault.
                    try transaction.connection.send("RELEASE SAVEPOINT change")
                    try transaction.connection.settle()
                }
                // A body may have caught the error of a statement; the engine makes nothing of the transaction then.
                if let failure = transaction.connection.failure { throw failure }
            }
            if transaction.changesUsers { transaction.connection.memory?.grow() }
            return .success(result)
        } catch {
            return .failure(error)
        }
    }
}

extension PostgresConnection {
    /// Takes back what was done since the savepoint.
    ///
    /// - Throws: ``PostgresError``.
    func returnToSavepoint() throws {
        forgetAdditions()
        try? settle()
        guard isOpen else { throw PostgresError(.connection, "the connection broke in a change") }
        failure = nil
        memory?.forgetReads()
        try send("ROLLBACK TO SAVEPOINT change")
        try send("RELEASE SAVEPOINT change")
        try settle()
    }

    /// Takes the whole transaction back; where that fails the connection is closed, which does it, too.
    func rollBack() {
        forgetAdditions()
        try? settle()
        failure = nil
        do {
            guard try finish("ROLLBACK") == "ROLLBACK" else { return close() }
        } catch {
            close()
        }
    }
}
