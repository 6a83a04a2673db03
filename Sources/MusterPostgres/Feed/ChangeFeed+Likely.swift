import MusterCore
import MusterSQL

/// What nearly every look needs: the users who have changed, and the directory with its revision. Asked with the feed itself, before
/// it is known what the feed has, it takes no trip of its own.
extension ChangeFeed {
    /// Up to how many changes have all their users among those that are asked for with the feed.
    private static let most = 1000

    /// A table of which rows are asked for with the feed.
    struct Likely: Sendable {
        let table: ReplicatedTable
        let statement: StatementText
        /// Whether the statement has a place for the first position whose changes are wanted.
        let hasPlace: Bool
    }

    /// The tables.
    ///
    /// The users are those of the first changes, and not the first users: those of a copy that lacks millions of changes may all be
    /// far behind, and to look for them would take longer than is waited. The engine takes it for granted that an array has few elements, and looks each of them up.
    static let likely: [Likely] =
        ReplicatedTable.all.compactMap { table in
            switch table.feedName {
            case "user":
                Likely(
                    table: table,
                    statement: """
                        SELECT \(table.columns) FROM "user" AS t
                        WHERE t.id = ANY (ARRAY(
                            SELECT number
                            FROM (
                                SELECT "table", number FROM change_row
                                WHERE position >= ?1::bigint
                                ORDER BY position LIMIT \(number: most)
                            ) AS early
                            WHERE "table" = 'user'
                        ))
                        """,
                    hasPlace: true
                )
            case "directory":
                Likely(
                    table: table,
                    statement: "SELECT \(table.columns) FROM directory AS t",
                    hasPlace: false
                )
            default: nil
            }
        }

    /// The rows that were asked for with the feed, as far as they are all that the changes need of their tables.
    ///
    /// - Parameters:
    ///   - rows: What was asked for with the feed.
    ///   - first: The first changes.
    /// - Returns: They, or none where there are too many changes.
    static func usable(_ rows: Rows, for first: Page) -> Rows {
        first.count <= most ? rows : [:]
    }
}
