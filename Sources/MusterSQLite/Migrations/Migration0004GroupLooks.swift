import MusterCore
import MusterSQL

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
    @Sendable static func writeLooks(_ handle: SQLiteHandle) throws {
        let groups = try handle.rows("SELECT id, name FROM user_group") { row in
            (id: row[0] as Int64, name: row[1] as String)
        }
        for group in groups {
            try handle.run(
                "UPDATE user_group SET look = ? WHERE id = ?",
                [GroupLook(group.name).stored, group.id]
            )
        }
    }
}
