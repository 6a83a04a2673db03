import FoundationEssentials
import MusterCore
import MusterSQL

/// The feed of changes, on one connection.
struct ChangeFeed {
    /// The most keys that one statement names.
    private static let burst = 4000
    /// How many changes are read at a time.
    static let page = 20_000

    let connection: PostgresConnection
    let place: PostgresPlace

    /// That a replica cannot go on from where it stands.
    struct Broken: Error {
        /// Why, in words.
        let reason: String
    }

    /// Which rows have changed, by table.
    typealias Keys = [String: Set<RowKey>]

    /// Rows of some tables, by the tables' names in the feed.
    typealias Rows = [String: [[StoredValue]]]

    /// Has the connection told of new groups, and read at one moment whatever is asked in one trip.
    ///
    /// - Throws: ``PostgresError``.
    func listen() throws {
        try connection.runScript("SET default_transaction_isolation = 'repeatable read'")
        // A name cannot be bound; that of the schema is the program's own.
        try connection.runScript(StatementText(stringLiteral: "LISTEN \"\(place.schema)\""))
    }

    /// What a look finds.
    struct Look {
        /// Where the feed ends.
        let end: FeedPlace
        /// The first changes after the place where the replica stands.
        let first: Page
        /// All rows of some tables that these changes have touched.
        let likely: Rows

        /// Whether the changes have touched nothing else.
        var isWhole: Bool { first.keys.keys.allSatisfy { likely[$0] != nil } }
    }

    /// Changes that were read in one go.
    struct Page {
        /// Which rows they have changed.
        var keys: Keys = [:]
        /// How many they are.
        var count = 0
        /// Under which position the last of them is, and how many of the page are.
        var last = (position: Int64.min, count: 0)

        /// Whether there may be more of them.
        var isFull: Bool { count == ChangeFeed.page }
    }

    private static let ends: StatementText = """
        SELECT d.uuid, c.position, g.mark,
            (SELECT mark FROM change_group WHERE position = ?1::bigint),
            (SELECT count(*) FROM change_group WHERE position > ?1::bigint)
        FROM change_count AS c
        LEFT JOIN directory AS d ON d.id = 1
        LEFT JOIN change_group AS g ON g.position = c.position
        WHERE c.id = 1
        """

    private static let rowsChanged: StatementText = """
        SELECT "table", number, other, digest, position
        FROM change_row
        WHERE position >= ?1::bigint AND position <= ?2::bigint
        ORDER BY position, ctid
        OFFSET ?3::bigint LIMIT ?4::bigint
        """

    /// Begins to look at one moment's state.
    ///
    /// - Parameter place: Where a replica stands; nil if there is none yet.
    /// - Returns: Where the feed ends, and the first changes after the place.
    /// - Throws: ``PostgresError``; ``Broken`` where the feed does not lead on from the place.
    func begin(after place: FeedPlace?) throws -> Look {
        connection.failure = nil
        try connection.send("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return try ask(after: place)
    }

    /// Looks as ``begin(after:)``, in one trip that leaves nothing to be ended.
    ///
    /// What is sent in one trip without a BEGIN is one transaction, and on a connection that listens one snapshot
    /// (https://www.postgresql.org/docs/15/libpq-pipeline-mode.html).
    ///
    /// - Parameter place: Where a replica stands.
    /// - Returns: What is found; nil if rows of more tables are needed, for which the moment has to be held.
    /// - Throws: as there.
    func glance(after place: FeedPlace) throws -> Look? {
        connection.failure = nil
        let look = try ask(after: place)
        return look.isWhole ? look : nil
    }

    private func ask(after place: FeedPlace?) throws -> Look {
        // All are asked before any is answered; whoever fills a replica wants no changes.
        let position = place?.position ?? .max - 1
        let likely = place == nil ? [] : ChangeFeed.likely
        try connection.prepare([ChangeFeed.ends, ChangeFeed.rowsChanged] + likely.map(\.statement))
        try connection.send(ChangeFeed.ends, [position])
        try connection.send(ChangeFeed.rowsChanged, [position + 1, Int64.max, 0, ChangeFeed.page])
        for one in likely {
            try connection.send(one.statement, one.hasPlace ? [position + 1] : [])
        }
        var found: [(end: FeedPlace, mark: UUID?, later: Int64)]?
        var first: Page?
        var rows: Rows = [:]
        try connection.settle(last: 2 + likely.count) { result in
            guard found != nil else {
                found = try PostgresConnection.values(in: result) { row in
                    // A directory that is not there yet is another one than that which will be.
                    (
                        end: FeedPlace(
                            directory: row.uuid(0) ?? .nothing,
                            position: row[1],
                            mark: row.uuid(2)
                        ),
                        mark: row.uuid(3), later: row[4] as Int64
                    )
                }
                return
            }
            guard first != nil else {
                first = try ChangeFeed.page(in: result)
                return
            }
            let table = likely[rows.count].table
            rows[table.feedName] = try table.rows(in: result)
        }
        guard let found = found?.first, let first else {
            throw PostgresError(.answer, "the count of changes is gone")
        }
        let look = Look(
            end: found.end,
            first: first,
            likely: ChangeFeed.usable(rows, for: first)
        )
        guard let place, place != found.end else { return look }
        guard place.directory == found.end.directory else {
            throw Broken(reason: "it is another directory's")
        }
        guard place.position >= found.end.position || found.mark != nil || place.position == 0,
            found.later >= found.end.position - place.position
        else {
            throw Broken(reason: "the feed has forgotten what comes after it")
        }
        guard place.position < found.end.position, found.mark == place.mark else {
            throw Broken(reason: "it has changes that the database has not")
        }
        return look
    }

    private static func page(in result: OpaquePointer) throws -> Page {
        var page = Page()
        page.count = try PostgresConnection.values(in: result) { row in
            let number = row[1] as Int64?
            let key: RowKey? =
                if let bytes = row[3] as [UInt8]? {
                    .digest(bytes)
                } else if let number, let other = row[2] as Int64? {
                    .pair(number, other)
                } else {
                    number.map(RowKey.number)
                }
            if let key { page.keys[row[0], default: []].insert(key) }
            let position = row[4] as Int64
            page.last = (position, position == page.last.position ? page.last.count + 1 : 1)
        }.count
        return page
    }

    /// Ends the look, if it holds a moment; its answer is waited for, since whatever comes later is to wake whoever waits for the
    /// connection.
    ///
    /// - Throws: ``PostgresError``.
    func end() throws {
        guard connection.isInTransaction else { return }
        try connection.send("COMMIT")
        try connection.settle()
    }

    /// Which rows have changed after the first page, and in it.
    ///
    /// - Parameters:
    ///   - first: The first of them.
    ///   - position: Up to which group of changes they are wanted.
    ///   - body: Handed them in pages.
    /// - Throws: ``PostgresError``, or what `body` throws.
    func changes(_ first: Page, upTo position: Int64, _ body: (Keys) throws -> Void) throws {
        var (page, last) = (first, first.last)
        while true {
            if !page.keys.isEmpty { try body(page.keys) }
            guard page.isFull, last.position <= position else { return }
            // From within the last group on: whoever counted from the beginning would read all of them with each page.
            try connection.prepare([ChangeFeed.rowsChanged])
            try connection.send(
                ChangeFeed.rowsChanged,
                [last.position, position, last.count, ChangeFeed.page]
            )
            try connection.settle(last: 1) { page = try ChangeFeed.page(in: $0) }
            let before = last.position == page.last.position ? last.count : 0
            last = (page.last.position, before + page.last.count)
        }
    }

    /// The rows of keys as they are now, table by table.
    ///
    /// - Parameters:
    ///   - keys: The keys.
    ///   - known: All rows that keys of some tables have; they are not asked for.
    ///   - body: Handed a table, keys, and their rows.
    /// - Throws: ``PostgresError``, or what `body` throws.
    func rows(
        of keys: Keys,
        knowing known: Rows = [:],
        _ body: (ReplicatedTable, [RowKey], [[StoredValue]]) throws -> Void
    ) throws {
        var asked: [(table: ReplicatedTable, keys: [RowKey])] = []
        var changed: [ReplicatedTable] = []
        for table in ReplicatedTable.all {
            guard let keys = keys[table.feedName] else { continue }
            guard let rows = known[table.feedName] else {
                changed.append(table)
                continue
            }
            try body(table, Array(keys), rows)
        }
        try connection.prepare(changed.map(\.statement))
        for table in changed {
            let changed = Array(keys[table.feedName] ?? [])
            for start in stride(from: 0, to: changed.count, by: ChangeFeed.burst) {
                let some = Array(changed[start..<min(start + ChangeFeed.burst, changed.count)])
                try connection.send(table.statement, table.arguments(some))
                asked.append((table, some))
            }
        }
        guard !asked.isEmpty else { return }
        var place = 0
        try connection.settle(last: asked.count) { result in
            let (table, keys) = asked[place]
            place += 1
            try body(table, keys, table.rows(in: result))
        }
    }
}

/// How a node names itself to others.
public struct FeedNode: Sendable {
    /// A name that no other start of a node has.
    let id = UUID()
    /// The machine's name.
    let name: String
    /// The program's version.
    let version: String

    /// Names one.
    public init(name: String, version: String) {
        self.name = name
        self.version = version
    }
}

extension ReplicatedTable {
    /// The columns of the table, which a statement calls `t`.
    var columns: StatementText {
        StatementText(joining: table.columns.map { "t.\"\(name: $0.name)\"" }, separator: ", ")
    }

    /// The rows of a result that has these columns.
    ///
    /// - Throws: ``PostgresError``.
    func rows(in result: OpaquePointer) throws -> [[StoredValue]] {
        let columns = table.columns
        return try PostgresConnection.values(in: result) { row in
            columns.indices.map { row.stored($0, columns[$0].kind) }
        }
    }

    /// Selects the rows of some keys.
    fileprivate var statement: StatementText {
        guard key.count == 1 else {
            return """
                SELECT \(columns)
                FROM unnest(?::bigint[], ?::bigint[]) AS k (first, second)
                JOIN \(name: table.name) AS t
                    ON t.\(name: key[0]) = k.first AND t.\(name: key[1]) = k.second
                """
        }
        return "SELECT \(columns) FROM \(name: table.name) AS t WHERE t.\(name: key[0]) = ANY (?)"
    }

    fileprivate func arguments(_ keys: [RowKey]) -> [(any SQLArgument)?] {
        var (numbers, others, digests): ([Int64], [Int64], [[UInt8]]) = ([], [], [])
        for key in keys {
            switch key {
            case .number(let number): numbers.append(number)
            case .pair(let number, let other):
                numbers.append(number)
                others.append(other)
            case .digest(let bytes): digests.append(bytes)
            }
        }
        guard digests.isEmpty else { return [PostgresArray(digests)] }
        guard key.count > 1 else { return [PostgresArray(numbers)] }
        return [PostgresArray(numbers), PostgresArray(others)]
    }
}
