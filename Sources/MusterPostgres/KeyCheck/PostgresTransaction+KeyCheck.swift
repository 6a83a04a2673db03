public import MusterCore
import MusterSQL

extension PostgresStore {
    /// Whether the master key is the directory's, without writing anything down; nil if nothing tells.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func lookAtKey() async throws(MusterError) -> Bool? {
        try await read(.bounded) { reader throws(MusterError) in
            try (reader as? PostgresTransaction)?.keyFits(hasTable: true, hasFactors: true)
        }
    }

    /// Whether the master key is the directory's.
    ///
    /// Where nothing tells, the one that is asked about first is it from then on.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func keyFits() async throws(MusterError) -> Bool {
        try await write { transaction throws(MusterError) in
            guard let transaction = transaction as? PostgresTransaction else { return false }
            guard try transaction.keyFits(hasTable: true, hasFactors: true) != false else {
                return false
            }
            if try !transaction.hasKeyCheck() { try transaction.recordKey() }
            return true
        }
    }
}
