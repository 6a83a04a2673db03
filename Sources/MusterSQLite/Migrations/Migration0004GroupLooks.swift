import GRDB
import MusterCore

extension Migration {
    /// What groups' names look like, so that one that looks like another's is found by an index.
    static let groupLooks = Migration(
        number: 4,
        name: "group looks",
        sql: """
            ALTER TABLE user_group ADD COLUMN look TEXT;

            CREATE INDEX user_group_by_look ON user_group (look);
            """,
        fill: writeLooks
    )

    // Two that look alike may be there from before, so the index refuses nothing.
    @Sendable static func writeLooks(_ database: Database) throws {
        let names = try Row.fetchAll(database, sql: "SELECT id, name FROM user_group")
        for row in names {
            try database.execute(
                sql: "UPDATE user_group SET look = ? WHERE id = ?",
                arguments: [GroupLook(row["name"]).stored, row["id"] as Int64]
            )
        }
    }
}
