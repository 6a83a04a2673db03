import FoundationEssentials
import MusterCore
import MusterSQL

/// A snapshot of the directory, or a change of it, on one connection.
///
/// The ports' methods that are this engine's own are in an extension a feature; those that every store has alike are
/// `SQLTransaction`'s.
final class PostgresTransaction: SQLTransaction {
    typealias Row = PostgresRow

    let connection: PostgresConnection
    let sealer: any Sealer
    /// Whether a user was changed, so that the revision has to grow.
    var changesUsers = false
    /// How far users who have a text are looked for.
    var textTurns = TextTurns()

    init(_ connection: PostgresConnection, sealer: any Sealer) {
        self.connection = connection
        self.sealer = sealer
    }

    /// Runs a statement that returns no rows, and does not wait for it: it goes out with the next one that is waited for,
    /// or with the commit.
    func run(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?]
    ) throws(MusterError) {
        connection.noteWrite()
        try translating { try connection.send(text, arguments) }
    }

    /// Runs a statement as ``run(_:_:)`` that adds rows and does nothing to those that are there: whoever was looked up is as
    /// he was.
    func add(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?]
    ) throws(MusterError) {
        connection.noteWrite(onlyAdding: true)
        try translating { try connection.send(text, arguments) }
    }

    /// Adds a row as ``add(_:_:)``, together with others of its kind.
    func add(
        _ row: [(any SQLArgument)?],
        by insertion: PostgresInsertion
    ) throws(MusterError) {
        connection.noteWrite(onlyAdding: true)
        try translating { try connection.add(row, by: insertion) }
    }

    /// Runs a statement and tells how many rows it has changed.
    func change(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?]
    ) throws(MusterError) -> Int {
        try translating { try connection.change(text, arguments) }
    }

    /// Reads all rows of a statement.
    func rows<Value>(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?],
        _ decode: (PostgresRow) throws -> Value
    ) throws(MusterError) -> [Value] {
        try translating { try connection.rows(text, arguments, decode) }
    }

    /// Reads all rows of several statements, which are asked together, in one trip: `take` is handed each row, with the place of
    /// its statement among them, in their order.
    func together(
        _ asked: [(text: StatementText, arguments: [(any SQLArgument)?])],
        _ take: (Int, PostgresRow) throws -> Void
    ) throws(MusterError) {
        try translating { try connection.together(asked, take) }
    }

    /// Reads the first row of a statement.
    func row<Value>(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?],
        _ decode: (PostgresRow) throws -> Value
    ) throws(MusterError) -> Value? {
        try rows(text, arguments, decode).first
    }

    /// Runs a statement that writes and returns rows, and reads the first one.
    func written<Value>(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?],
        _ decode: (PostgresRow) throws -> Value
    ) throws(MusterError) -> Value? {
        connection.noteWrite()
        return try row(text, arguments, decode)
    }
}

extension PostgresTransaction {
    func identity() throws(MusterError) -> DirectoryIdentity? {
        try row("SELECT uuid, founded_at, owner_id FROM directory WHERE id = 1", []) { row in
            DirectoryIdentity(
                uuid: row[0],
                createdAt: Timestamp(rawValue: row[1]),
                owner: UserID(rawValue: row[2])
            )
        }
    }

    func revision() throws(MusterError) -> Int64 {
        let present =
            if let memory = connection.memory {
                try memory.revision { () throws(MusterError) in try storedRevision() }
            } else {
                try storedRevision()
            }
        // What this change has done is counted once it is whole, and is part of what it leads to.
        return changesUsers ? present + 1 : present
    }

    static let presentRevision: StatementText = "SELECT revision FROM directory WHERE id = 1"

    private func storedRevision() throws(MusterError) -> Int64 {
        try row(PostgresTransaction.presentRevision, []) { $0[0] } ?? 0
    }
}
