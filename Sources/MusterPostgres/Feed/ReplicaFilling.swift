import MusterCore

/// Fills a replica from one moment's state of the database.
struct ReplicaFilling {
    /// How many rows are read at a time.
    private static let page = 5000
    /// After how many users progress is told.
    private static let step = 100_000
    /// How long a page is waited for.
    private static let patience = Duration.seconds(10)

    let feed: ChangeFeed
    let folder: any ReplicaFolder
    let tell: @Sendable (ReplicaNote) -> Void
    /// Whether the node ends, so that it is not to be waited for.
    let isOver: () -> Bool

    /// Fills one.
    ///
    /// - Throws: ``PostgresError``, ``ChangeFeed/Broken``, or ``MusterError`` with code `store.unavailable`.
    func fill() throws -> any DirectoryReplica {
        let begun = ContinuousClock.now
        let usual = feed.connection.patience
        feed.connection.patience = max(usual, ReplicaFilling.patience)
        defer { feed.connection.patience = usual }
        let place = try feed.begin(after: nil).end
        let tables = PostgresTables(feed.connection, feed.schema)
        let total = try feed.connection.rows("SELECT count(*) FROM \"user\"") { $0[0] as Int }
        var users = 0
        let replica: any DirectoryReplica
        do {
            replica = try folder.fill(to: place) { writer throws(MusterError) in
                for table in ReplicatedTable.all {
                    let count = try copy(table, from: tables, to: writer) { count in
                        guard table.feedName == "user" else { return }
                        tell(.progress(users: count, total: total.first ?? count))
                    }
                    if table.feedName == "user" { users = count }
                }
            }
        } catch {
            if let cause = error.cause as? PostgresError { throw cause }
            throw error
        }
        try feed.end()
        tell(.filled(users: users, seconds: begun.duration(to: .now) / .seconds(1)))
        return replica
    }

    /// Copies a table, and returns how many rows it has.
    private func copy(
        _ table: ReplicatedTable,
        from tables: PostgresTables,
        to writer: any ReplicaWriter,
        _ note: (Int) -> Void
    ) throws(MusterError) -> Int {
        var (count, last): (Int, [StoredValue]?) = (0, nil)
        let places = table.table.keyPlaces
        while true {
            guard !isOver() else { throw MusterError(.storeUnavailable, "The node ends.") }
            let rows = try tables.rows(of: table.table, after: last, limit: ReplicaFilling.page)
            guard let end = rows.last else { return count }
            try writer.insert(rows, into: table)
            last = places.map { end[$0] }
            let before = count
            count += rows.count
            if count / ReplicaFilling.step != before / ReplicaFilling.step { note(count) }
        }
    }
}
