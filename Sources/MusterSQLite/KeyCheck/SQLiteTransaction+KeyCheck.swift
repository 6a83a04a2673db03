public import MusterCore
import MusterSQL

extension SQLiteTransaction {
    /// Whether the master key is the one that has sealed what is in the directory; nil if nothing is.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func keyFits() throws(MusterError) -> Bool? {
        // A backup of an older version lacks one of the tables, or both.
        let tables = try rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('key_check', 'factor')",
            []
        ) { $0[0] as String }
        return try keyFits(
            hasTable: tables.contains("key_check"),
            hasFactors: tables.contains("factor")
        )
    }
}

extension SQLiteStore {
    /// Whether the master key is the directory's.
    ///
    /// Where nothing tells, as in a directory that an older version has made and in which nothing is sealed, the one
    /// that is asked about first is it from then on.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func keyFits() throws(MusterError) -> Bool {
        try onWriter { transaction throws(MusterError) in
            guard try transaction.keyFits() != false else { return false }
            if try !transaction.hasKeyCheck() { try transaction.recordKey() }
            return true
        }
    }
}
