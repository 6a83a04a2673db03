public import MusterCore
import MusterSQL

extension SQLiteStore {
    /// Has the directory keep where the numbers of users and groups begin, unless it does already.
    ///
    /// - Parameter wanted: Where they are to begin.
    /// - Returns: Where they do.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func keep(_ wanted: AccountNumbers) throws(MusterError) -> AccountNumbers {
        try onWriter { transaction throws(MusterError) in try transaction.keep(wanted) }
    }
}

extension DatabaseInspection {
    /// Where the numbers of users and groups begin; nil if no machine was told any.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func accountNumbers() throws(MusterError) -> AccountNumbers? {
        try read { transaction throws(MusterError) in try transaction.accountNumbers() }
    }
}
