import MusterSQL

extension Migration {
    /// Where the numbers of users and groups begin by which machines know them.
    static let accountNumbers = Migration(
        number: 9,
        name: "account numbers",
        sql: """
            ALTER TABLE directory
                ADD COLUMN first_user_number bigint
                    CHECK (first_user_number BETWEEN 1 AND 4294967294),
                ADD COLUMN first_group_number bigint
                    CHECK (first_group_number BETWEEN 1 AND 4294967294);
            """
    )
}
