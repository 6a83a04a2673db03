import MusterSQL

extension Migration {
    /// Where the numbers of users and groups begin by which machines know them.
    static let accountNumbers = Migration(
        number: 16,
        name: "account numbers",
        sql: """
            ALTER TABLE directory ADD COLUMN first_user_number INTEGER
                CHECK (first_user_number BETWEEN 1 AND 4294967294);
            ALTER TABLE directory ADD COLUMN first_group_number INTEGER
                CHECK (first_group_number BETWEEN 1 AND 4294967294);
            """
    )
}
