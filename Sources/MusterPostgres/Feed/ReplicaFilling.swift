import Dispatch
import MusterCore
import MusterSQL
import Synchronization
import SystemCalls

/// Fills a replica from one moment's state of the database: rows come as the engine sends them, and are written on another
/// thread meanwhile.
struct ReplicaFilling {
    /// From how many bytes on rows are handed over.
    private static let batch = 262_144
    /// How many batches wait at most.
    private static let waiting = 4
    /// After how many users progress is told.
    private static let step = 100_000
    /// How long the next rows are waited for; the first of many sessions come once all were sorted.
    private static let patience = Duration.seconds(30)

    let feed: ChangeFeed
    let folder: any ReplicaFolder
    let tell: @Sendable (ReplicaNote) -> Void
    /// Whether the node ends, so that it is not to be waited for.
    let isOver: @Sendable () -> Bool

    /// What the thread that writes has come to.
    private final class Outcome: Sendable {
        private let result = Mutex<Result<any DirectoryReplica, MusterError>?>(nil)
        private let isThere = DispatchSemaphore(value: 0)

        func set(_ result: Result<any DirectoryReplica, MusterError>) {
            self.result.withLock { $0 = result }
            isThere.signal()
        }

        /// Waits for it.
        func get() throws(MusterError) -> any DirectoryReplica {
            isThere.wait()
            guard let result = result.withLock({ $0 }) else { throw ReplicaBatches.refusal }
            return try result.get()
        }
    }

    /// Fills one.
    ///
    /// - Throws: ``PostgresError``, ``ChangeFeed/Broken``, or ``MusterError`` with code `store.unavailable`.
    func fill() throws -> any DirectoryReplica {
        let begun = ContinuousClock.now
        let connection = feed.connection
        let usual = connection.patience
        connection.patience = max(usual, ReplicaFilling.patience)
        defer { connection.patience = usual }
        let place = try feed.begin(after: nil).end
        // One statement reads all rows of a table, however many there are, and is waited for all the same.
        try connection.send("SET LOCAL statement_timeout = 0")
        try connection.send("SET LOCAL enable_seqscan = on")
        let total = try connection.rows("SELECT count(*) FROM \"user\"") { $0[0] as Int }
        let batches = ReplicaBatches(room: ReplicaFilling.waiting)
        let outcome = Outcome()
        let (folder, isOver) = (folder, isOver)
        let isStarted = SystemThread.start("pg filler") {
            outcome.set(
                Result { () throws(MusterError) in
                    // Whoever reads is not to wait for room once nobody makes any.
                    defer { batches.giveUp() }
                    return try folder.fill(to: place, unless: isOver) {
                        writer throws(MusterError) in
                        while let (table, rows) = try batches.next() {
                            try writer.insert(rows, into: table)
                        }
                    }
                }
            )
        }
        guard isStarted else { throw ReplicaBatches.refusal }
        var users = 0
        do {
            for table in ReplicatedTable.all {
                let isUsers = table.feedName == "user"
                let count = try copy(table, to: batches) { count in
                    if isUsers { tell(.progress(users: count, total: total.first ?? count)) }
                }
                if isUsers { users = count }
            }
            try feed.end()
            batches.finish()
        } catch {
            batches.giveUp()
            let written = Result { () throws(MusterError) in try outcome.get() }
            // Where nobody writes any more it is told why.
            if error is ReplicaBatches.Unwanted { _ = try written.get() }
            throw error
        }
        let replica = try outcome.get()
        tell(.filled(users: users, seconds: begun.duration(to: .now) / .seconds(1)))
        return replica
    }

    /// Reads a table, and returns how many rows it has.
    private func copy(
        _ table: ReplicatedTable,
        to batches: ReplicaBatches,
        _ note: (Int) -> Void
    ) throws -> Int {
        var reading = BinaryCopy(table.table.columns.map(\.kind))
        var count = 0
        func handOver() throws {
            let rows = reading.takeRows()
            guard !isOver() else { throw ReplicaBatches.refusal }
            try batches.add((table, rows))
            let before = count
            count += rows.count
            if count / ReplicaFilling.step != before / ReplicaFilling.step { note(count) }
        }
        try feed.connection.copyOut(table.copy, unless: isOver) { piece in
            try reading.take(piece)
            if reading.byteCount >= ReplicaFilling.batch { try handOver() }
        }
        try reading.finish()
        try handOver()
        return count
    }
}

extension ReplicatedTable {
    /// Sends all rows in the order of the table's key, as they are written fastest; what replicas have empty is not sent.
    fileprivate var copy: StatementText {
        let columns = StatementText(
            joining: table.columns.map { column in
                let isBlank = blank.map(column.name.isSame) ?? false
                return isBlank ? "''::text" : "\"\(name: column.name)\""
            },
            separator: ", "
        )
        let key = StatementText(joining: table.key.map { "\"\(name: $0)\"" }, separator: ", ")
        return """
            COPY (SELECT \(columns) FROM \(name: table.name) ORDER BY \(key)) TO STDOUT (FORMAT binary)
            """
    }
}
