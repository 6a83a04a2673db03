public import MusterCore
import MusterSQL

extension PostgresStore {
    /// Has the directory keep where the numbers of users and groups begin, unless it does already.
    ///
    /// - Parameter wanted: Where they are to begin.
    /// - Returns: Where they do.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func keep(_ wanted: AccountNumbers) async throws(MusterError) -> AccountNumbers {
        try await write { transaction throws(MusterError) in
            guard let transaction = transaction as? PostgresTransaction else { return wanted }
            return try transaction.keep(wanted)
        }
    }

    /// Where the numbers of users and groups begin; nil if no machine was told any.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func accountNumbers() async throws(MusterError) -> AccountNumbers? {
        try await read(.bounded) { reader throws(MusterError) in
            try (reader as? PostgresTransaction)?.accountNumbers()
        }
    }
}
