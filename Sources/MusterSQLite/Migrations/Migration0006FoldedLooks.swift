import MusterSQL

extension Migration {
    /// What groups' names look like, now by case folding rather than lower case; the index finds one of several fast.
    static let foldedLooks = Migration(
        number: 6,
        name: "folded looks",
        sql: """
            DROP INDEX user_group_by_look;
            CREATE INDEX user_group_by_look ON user_group (look, id);
            """,
        fill: writeLooks
    )
}
