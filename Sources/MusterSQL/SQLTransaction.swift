package import MusterCore

/// A snapshot of the directory, or a change of it, on one connection to a database that understands SQL.
///
/// What stands here each store does with its own engine. The ports' methods whose statements are the same in all of them are in an
/// extension a feature; where a statement differs, the method is the store's.
package protocol SQLTransaction: AnyObject, DirectoryTransaction {
    associatedtype Row: SQLRow

    /// Seals what is kept in no readable form.
    var sealer: any Sealer { get }

    /// Whether a user was changed, so that the revision has to grow.
    var changesUsers: Bool { get set }

    /// Runs a statement that returns no rows.
    ///
    /// It need not be waited for: what is wrong with it may come to light with the next one, or with the commit.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func run(_ text: StatementText, _ arguments: [(any SQLArgument)?]) throws(MusterError)

    /// Runs a statement and tells how many rows it has changed.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func change(_ text: StatementText, _ arguments: [(any SQLArgument)?]) throws(MusterError) -> Int

    /// Reads all rows of a statement that writes nothing.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`, or what `decode` throws.
    func rows<Value>(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?],
        _ decode: (Row) throws -> Value
    ) throws(MusterError) -> [Value]

    /// Reads the first row of a statement that writes nothing.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`, or what `decode` throws.
    func row<Value>(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?],
        _ decode: (Row) throws -> Value
    ) throws(MusterError) -> Value?

    /// Runs a statement that writes and returns rows, and reads the first one.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`, or what `decode` throws.
    func written<Value>(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?],
        _ decode: (Row) throws -> Value
    ) throws(MusterError) -> Value?
}

extension SQLTransaction {
    package func insertIdentity(_ identity: DirectoryIdentity) throws(MusterError) {
        guard try self.identity() == nil else {
            throw .isInitialised
        }
        try run(
            "INSERT INTO directory (id, uuid, founded_at, owner_id) VALUES (1, ?, ?, ?)",
            [identity.uuid, identity.createdAt.rawValue, identity.owner.rawValue]
        )
    }
}
