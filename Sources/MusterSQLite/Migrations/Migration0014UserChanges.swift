import MusterSQL

extension Migration {
    /// An order of users by when they were changed last.
    static let userChanges = Migration(
        number: 14,
        name: "user changes",
        sql: """
            CREATE INDEX user_by_change ON user (changed_at, id);
            """
    )
}
