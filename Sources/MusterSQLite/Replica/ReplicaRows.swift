import MusterCore
import MusterSQL

/// Writes rows of a replica.
///
/// Its tables have no triggers, and nobody looks after references: what the database has done by itself is in the feed like
/// everything else. The number of a user's factors, which the database does not keep, is counted here.
final class ReplicaRows: ReplicaWriter {
    private let handle: SQLiteHandle
    /// Whose factors may be more or fewer now; nil if all are counted at the end.
    private var users: Set<Int64>?

    /// Takes a connection in a transaction.
    ///
    /// - Parameters:
    ///   - handle: The connection.
    ///   - isFilling: Whether all rows are written, so that nothing need be remembered of each.
    init(_ handle: SQLiteHandle, isFilling: Bool = false) {
        self.handle = handle
        users = isFilling ? nil : []
    }

    func remove(_ keys: [RowKey], from table: ReplicatedTable) throws(MusterError) {
        let condition = StatementText(
            joining: table.key.map { "\"\(name: $0)\" = ?" },
            separator: " AND "
        )
        let text: StatementText = "DELETE FROM \(name: table.table.name) WHERE \(condition)"
        try translating {
            for key in keys { try handle.run(text, key.values.map(\.argument)) }
        }
        guard ReplicaRows.countsFactors(table) else { return }
        for case .number(let user) in keys { users?.insert(user) }
    }

    func insert(_ rows: [[StoredValue]], into table: ReplicatedTable) throws(MusterError) {
        try handle.insert(rows, into: table.table, blank: table.blankPlace)
    }

    func insert(_ rows: StoredRows, into table: ReplicatedTable) throws(MusterError) {
        try handle.insert(rows, into: table.table, blank: table.blankPlace)
    }

    private static func countsFactors(_ table: ReplicatedTable) -> Bool {
        table.feedName == "user" || table.feedName == "factor"
    }

    /// Counts the factors of those who may have more or fewer.
    ///
    /// - Throws: ``SQLiteError``.
    func countFactors() throws {
        guard let users else {
            try handle.run(
                """
                UPDATE user
                SET factor_count = (
                    SELECT count(*) FROM factor AS f WHERE f.user_id = user.id AND f.tries_left IS NULL
                )
                WHERE id IN (SELECT user_id FROM factor)
                """,
                []
            )
            return
        }
        for user in users {
            try handle.run(
                """
                UPDATE user
                SET factor_count = n.number
                FROM (
                    SELECT count(*) AS number FROM factor WHERE user_id = ?1 AND tries_left IS NULL
                ) AS n
                WHERE id = ?1 AND factor_count <> n.number
                """,
                [user]
            )
        }
    }
}
