import Foundation
import GRDB
import MusterCore

/// The directory at one moment, on one connection.
///
/// The ports' methods are in an extension a feature.
final class SQLiteTransaction: DirectoryTransaction {
    let database: Database
    let sealer: any Sealer
    /// Whether a user was changed, so that the revision has to grow.
    var changesUsers = false

    init(_ database: Database, sealer: any Sealer) {
        self.database = database
        self.sealer = sealer
    }

    /// Runs a statement that returns no rows; it is prepared once for each connection.
    func run(
        _ text: StatementText,
        _ arguments: [(any DatabaseValueConvertible)?]
    ) throws(MusterError) {
        try translating {
            try database.cachedStatement(sql: text.sql).execute(
                arguments: StatementArguments(arguments)
            )
        }
    }

    /// Reads all rows of a statement.
    func rows<Value>(
        _ text: StatementText,
        _ arguments: [(any DatabaseValueConvertible)?],
        _ decode: (Row) throws -> Value
    ) throws(MusterError) -> [Value] {
        try translating {
            let statement = try database.cachedStatement(sql: text.sql)
            let cursor = try Row.fetchCursor(statement, arguments: StatementArguments(arguments))
            var values: [Value] = []
            while let row = try cursor.next() {
                values.append(try decode(row))
            }
            return values
        }
    }

    /// Reads the first row of a statement.
    func row<Value>(
        _ text: StatementText,
        _ arguments: [(any DatabaseValueConvertible)?],
        _ decode: (Row) throws -> Value
    ) throws(MusterError) -> Value? {
        try translating {
            let statement = try database.cachedStatement(sql: text.sql)
            let cursor = try Row.fetchCursor(statement, arguments: StatementArguments(arguments))
            guard let row = try cursor.next() else { return nil }
            let value = try decode(row)
            // Stepping to the end resets the statement, and with it the read lock it holds.
            _ = try cursor.next()
            return value
        }
    }

    /// How many rows the last statement changed.
    var changedRows: Int { database.changesCount }
}

extension SQLiteTransaction {
    func identity() throws(MusterError) -> DirectoryIdentity? {
        try row("SELECT uuid, founded_at, owner_id FROM directory WHERE id = 1", []) { row in
            DirectoryIdentity(
                uuid: UUID(bytes: row.bytes(0)) ?? UUID(),
                foundedAt: Timestamp(rawValue: row[1]),
                owner: UserID(rawValue: row[2])
            )
        }
    }

    func revision() throws(MusterError) -> Int64 {
        try row("SELECT revision FROM directory WHERE id = 1", []) { $0[0] } ?? 0
    }

    func insertIdentity(_ identity: DirectoryIdentity) throws(MusterError) {
        guard try self.identity() == nil else {
            throw MusterError(
                .directoryInitialised,
                "The directory is initialised already. Nothing was changed."
            )
        }
        try run(
            "INSERT INTO directory (id, uuid, founded_at, owner_id) VALUES (1, ?, ?, ?)",
            [identity.uuid.data, identity.foundedAt.rawValue, identity.owner.rawValue]
        )
    }

    func growRevision() throws(MusterError) {
        try run("UPDATE directory SET revision = revision + 1 WHERE id = 1", [])
    }
}

extension UUID {
    /// The 16 bytes, as a BLOB.
    var data: Data { Data(bytes) }
}

extension Row {
    func bytes(_ index: Int) -> [UInt8] {
        [UInt8](self[index] as Data)
    }

    func optionalUUID(_ index: Int) -> UUID? {
        (self[index] as Data?).flatMap { UUID(bytes: [UInt8]($0)) }
    }

    func optionalTimestamp(_ index: Int) -> Timestamp? {
        (self[index] as Int64?).map(Timestamp.init(rawValue:))
    }
}
