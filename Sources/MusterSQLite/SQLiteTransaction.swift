import FoundationEssentials
import MusterCore
import MusterSQL

/// A snapshot of the directory, on one connection.
///
/// The ports' methods that are SQLite's own are in an extension a feature; those that every store has alike are
/// `SQLTransaction`'s.
final class SQLiteTransaction: SQLTransaction {
    typealias Row = SQLiteRow

    let handle: SQLiteHandle
    let sealer: any Sealer
    /// Where in the audit log events stand; of what is committed only, where others share it.
    let marks: AuditMarks
    /// What the changes before it in the same commit have counted, and what it will; nil outside of a group.
    let tally: GroupTally?
    /// Whether a user was changed, so that the revision has to grow.
    var changesUsers = false
    /// By how many the users have become more; negative where they have become fewer.
    var userDifference = 0
    /// How far users are looked for in one way before another one is tried.
    var turns = UserTurns()
    /// How much was found of what was asked for; noted for replicas alone.
    var sight = ReplicaSight.whole
    /// Whether something was written that SQLite does not count as a change.
    var hasUncountedChanges = false

    init(
        _ handle: SQLiteHandle,
        sealer: any Sealer,
        marks: AuditMarks = AuditMarks(),
        tally: GroupTally? = nil
    ) {
        self.handle = handle
        self.sealer = sealer
        self.marks = marks
        self.tally = tally
    }

    /// Runs a statement that returns no rows; it is prepared once for each connection.
    func run(_ text: StatementText, _ arguments: [(any SQLArgument)?]) throws(MusterError) {
        try translating { try handle.run(text, arguments) }
    }

    /// Runs a statement and tells how many rows it has changed.
    func change(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?]
    ) throws(MusterError) -> Int {
        try run(text, arguments)
        return changedRows
    }

    /// Runs a statement that returns no rows, with values that `bind` puts into its places.
    func run(
        _ text: StatementText,
        binding bind: (inout StatementPlaces) -> Void
    ) throws(MusterError) {
        try translating { try handle.run(text, binding: bind) }
    }

    /// Reads all rows of a statement.
    func rows<Value>(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?],
        _ decode: (SQLiteRow) throws -> Value
    ) throws(MusterError) -> [Value] {
        try rows(text, arguments, expecting: 0, decode)
    }

    /// Reads all rows of a statement, of which there may be so many.
    func rows<Value>(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?],
        expecting count: Int,
        _ decode: (SQLiteRow) throws -> Value
    ) throws(MusterError) -> [Value] {
        try translating { try handle.rows(text, arguments, expecting: count, decode) }
    }

    /// Reads the first row of a statement.
    func row<Value>(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?],
        _ decode: (SQLiteRow) throws -> Value
    ) throws(MusterError) -> Value? {
        try translating {
            var value: Value?
            try handle.run(text, arguments) { row in
                value = try decode(row)
                return false
            }
            return value
        }
    }

    /// Reads the first row of a statement that has one place, whose value is of a known type and not boxed.
    func row<Value>(
        _ text: StatementText,
        of argument: some SQLArgument,
        _ decode: (SQLiteRow) throws -> Value
    ) throws(MusterError) -> Value? {
        try translating {
            var value: Value?
            try handle.run(text) {
                $0.bind(argument)
            } rows: { row in
                value = try decode(row)
                return false
            }
            return value
        }
    }

    /// Runs a statement that writes and returns rows, and reads the first one.
    func written<Value>(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?],
        _ decode: (SQLiteRow) throws -> Value
    ) throws(MusterError) -> Value? {
        try row(text, arguments, decode)
    }

    /// How many rows the last statement changed.
    var changedRows: Int { handle.changedRows }
}

extension SQLiteTransaction {
    func identity() throws(MusterError) -> DirectoryIdentity? {
        try row("SELECT uuid, founded_at, owner_id FROM directory WHERE id = 1", []) { row in
            DirectoryIdentity(
                uuid: row.uuid(0) ?? UUID(),
                createdAt: Timestamp(rawValue: row[1]),
                owner: UserID(rawValue: row[2])
            )
        }
    }

    func revision() throws(MusterError) -> Int64 {
        var known = tally?.revision
        if known == nil {
            known = try row("SELECT revision FROM directory WHERE id = 1", []) { $0[0] }
        }
        let present = known ?? 0
        tally?.revision = present
        // What the group has done is written down at its end; what this change has done is part of what it leads to.
        return present + (tally?.growth ?? 0) + (changesUsers ? 1 : 0)
    }

    func growRevision(by growth: Int64 = 1) throws(MusterError) {
        try run("UPDATE directory SET revision = revision + ? WHERE id = 1", [growth])
    }
}
