import FoundationEssentials
public import MusterCore
import MusterSQL

/// The tables of a database, for one thread and on a connection of its own: read as they are at one moment, or filled in
/// one transaction.
public final class PostgresTables: WritableTables {
    private let connection: PostgresConnection
    private let schema: String
    /// The lock of all changes, which whoever fills the tables takes; nil if that is somebody else's matter.
    private var lock: Int64?

    init(_ connection: PostgresConnection, _ schema: String) {
        self.connection = connection
        self.schema = schema
    }

    /// Reads the tables of a directory, all at one moment, whoever changes it meanwhile.
    ///
    /// - Parameters:
    ///   - address: Where it is.
    ///   - sealer: Seals with the directory's key.
    ///   - digester: Computes digests.
    ///   - work: Reads them.
    /// - Throws: what `work` throws; ``MusterError`` with code `directory.missing` if there is none, or the key is another
    ///   one; `store.too_new` or `store.unavailable`.
    public static func read(
        _ address: PostgresAddress,
        sealer: any Sealer,
        digester: any Digester,
        _ work: (any StoredTables) throws(MusterError) -> Void
    ) throws(MusterError) {
        try with(PostgresPlace(address: address), digester, .serving) {
            tables throws(MusterError) in
            try translating {
                try tables.connection.send("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            }
            let transaction = PostgresTransaction(tables.connection, sealer: sealer)
            guard try transaction.identity() != nil else {
                throw MusterError(
                    .directoryMissing,
                    "There is no directory in the database yet. Run: muster init --store postgres --admin admin@example.com"
                )
            }
            guard try transaction.keyFits(hasTable: true, hasFactors: true) != false else {
                throw MusterError(
                    .directoryMissing,
                    "The master key is not the one of the directory in the database."
                )
            }
            try work(tables)
            tables.connection.rollBack()
        }
    }

    /// Fills the tables of a database in which no directory is, in one transaction, or in several where the work keeps what it has.
    ///
    /// - Parameters:
    ///   - address: Where it is.
    ///   - digester: Computes digests.
    ///   - work: Fills them.
    /// - Throws: what `work` throws, and ``MusterError`` with code `store.too_new` or `store.unavailable`.
    public static func fill(
        _ address: PostgresAddress,
        digester: any Digester,
        _ work: (any WritableTables) throws(MusterError) -> Void
    ) throws(MusterError) {
        let place = PostgresPlace(address: address)
        try with(place, digester, .creating) { tables throws(MusterError) in
            tables.lock = place.lock
            try translating { try tables.begin() }
            try work(tables)
            try translating { try tables.commit() }
        }
    }

    private func begin() throws {
        try connection.send("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
        guard let lock else { return }
        try connection.send("SELECT pg_advisory_xact_lock(?::bigint)", [lock])
        // Nobody follows what is not there yet.
        try connection.send("SELECT set_config('muster.position', 'none', true)")
    }

    private func commit() throws {
        guard try connection.finish("COMMIT") == "COMMIT" else {
            throw PostgresError(.statement, "the copy was taken back")
        }
    }

    /// Has what was added so far stay; see ``WritableTables``.
    public func keep() throws(MusterError) {
        try translating {
            try commit()
            try begin()
        }
    }

    private static func with(
        _ place: PostgresPlace,
        _ digester: any Digester,
        _ purpose: PostgresPurpose,
        _ work: (PostgresTables) throws(MusterError) -> Void
    ) throws(MusterError) {
        let link = PostgresLink(place)
        defer { link.drop() }
        try PostgresOpening(place: place, digester: digester, purpose: purpose).open(link)
        let connection = try translating { try link.connection() }
        // Indexes of a large table are made in one statement's time.
        connection.patience = .seconds(60)
        do {
            try work(PostgresTables(connection, place.schema))
        } catch {
            connection.rollBack()
            throw error
        }
    }

    /// Reads rows; see ``StoredTables``.
    public func rows(
        of table: StoredTable,
        after: [StoredValue]?,
        limit: Int
    ) throws(MusterError) -> [[StoredValue]] {
        let key = StatementText(joining: table.key.map { "\(name: $0)" }, separator: ", ")
        let places = StatementText(joining: table.key.map { _ in "?" }, separator: ", ")
        let condition: StatementText = after == nil ? "" : "WHERE (\(key)) > (\(places))"
        let columns = table.columns
        var arguments = zip(table.keyPlaces, after ?? []).map { place, value in
            value.argument(columns[place].kind)
        }
        arguments.append(limit)
        return try translating {
            try connection.rows(
                "SELECT \(table.columnList) FROM \(name: table.name) \(condition) ORDER BY \(key) LIMIT ?",
                arguments
            ) { row in columns.indices.map { row.stored($0, columns[$0].kind) } }
        }
    }

    /// How far the numbers of a table went.
    public func lastNumber(of table: StoredTable) throws(MusterError) -> Int64 {
        try translating {
            try connection.rows(
                """
                SELECT greatest(
                    coalesce(pg_sequence_last_value(pg_get_serial_sequence(?, 'id')::regclass), 0),
                    coalesce((SELECT max(id) FROM \(name: table.name)), 0))
                """,
                [path(of: table)]
            ) { $0[0] as Int64 }.first ?? 0
        }
    }

    /// Adds rows; see ``WritableTables``.
    public func insert(_ rows: [[StoredValue]], into table: StoredTable) throws(MusterError) {
        let places = StatementText(joining: table.columns.map { _ in "?" }, separator: ", ")
        let text: StatementText =
            "INSERT INTO \(name: table.name) (\(table.columnList)) VALUES (\(places))"
        connection.noteWrite()
        try translating {
            for row in rows {
                try connection.send(
                    text,
                    zip(row, table.columns).map { $0.argument($1.kind) }
                )
            }
            try connection.settle()
        }
    }

    /// Has the numbers of a table go on after this one.
    public func countOn(_ table: StoredTable, after number: Int64) throws(MusterError) {
        guard number > 0 else { return }
        try translating {
            try connection.send(
                "SELECT setval(pg_get_serial_sequence(?, 'id')::regclass, ?::bigint, true)",
                [path(of: table), number]
            )
            try connection.settle()
        }
    }

    /// Nothing: this store keeps nothing beside.
    public func complete() throws(MusterError) {}

    /// The table's name with that of its schema, as functions of the engine take it.
    private func path(of table: StoredTable) -> String {
        "\"\(schema)\".\(table.name)"
    }
}

extension StoredTable {
    fileprivate var columnList: StatementText {
        StatementText(joining: columns.map { "\"\(name: $0.name)\"" }, separator: ", ")
    }
}

extension StoredValue {
    fileprivate func argument(_ kind: StoredKind) -> (any SQLArgument)? {
        switch self {
        case .null: nil
        case .integer(let number): kind == .truth ? number != 0 : number
        case .text(let text): text
        case .bytes(let bytes): bytes
        }
    }
}

extension PostgresRow {
    /// The value of a column as all stores have it.
    func stored(_ place: Int, _ kind: StoredKind) -> StoredValue {
        switch kind {
        case .integer, .counted: (self[place] as Int64?).map(StoredValue.integer) ?? .null
        case .truth: (self[place] as Bool?).map { .integer($0 ? 1 : 0) } ?? .null
        case .text: (self[place] as String?).map(StoredValue.text) ?? .null
        case .bytes: (self[place] as [UInt8]?).map(StoredValue.bytes) ?? .null
        case .uuid: uuid(place).map { .bytes($0.binary) } ?? .null
        }
    }
}
