import MusterCore
import MusterSQL

extension SQLiteTransaction {
    /// How many users may be missing from the index of their texts, and how many may be in it as they were before: each
    /// search looks at all of them.
    private static let (freshLimit, formerLimit) = (500, 100)

    /// Writes down how many users there are, and what they are called where many have come.
    ///
    /// Each time that SQLite's FTS5 is written to it makes a piece of its index, so that for one user it costs nearly as much as
    /// for some hundred.
    func noteUsers(_ tally: GroupTally) throws(MusterError) {
        if tally.users != 0 {
            try run(
                "UPDATE user_search SET user_count = user_count + ? WHERE id = 1",
                [tally.users]
            )
        }
        let left = try row(
            """
            SELECT
                (SELECT u.id FROM user AS u ORDER BY u.id DESC LIMIT 1) - s.indexed_to,
                (SELECT count(*) FROM (SELECT 1 FROM user_text_former LIMIT ?))
            FROM user_search AS s
            """,
            [Self.formerLimit + 1]
        ) { (fresh: $0[0] as Int64? ?? 0, former: $0[1] as Int) }
        guard let left, left.fresh > Self.freshLimit || left.former > Self.formerLimit else {
            return
        }
        try indexTexts()
    }

    /// Brings the index of users' texts up to date.
    private func indexTexts() throws(MusterError) {
        let statements: [StatementText] = [
            """
            INSERT INTO user_text (user_text, rowid, username, name, email)
            SELECT 'delete', f.user_id, f.username, f.name, f.email FROM user_text_former AS f
            """,
            """
            INSERT INTO user_text (rowid, username, name, email)
            SELECT u.id, u.username, u.name, u.email
            FROM user_text_former AS f CROSS JOIN user AS u ON u.id = f.user_id
            """,
            "DELETE FROM user_text_former",
            """
            INSERT INTO user_text (rowid, username, name, email)
            SELECT u.id, u.username, u.name, u.email
            FROM user AS u NOT INDEXED
            WHERE u.id > (SELECT s.indexed_to FROM user_search AS s)
            """,
            """
            UPDATE user_search
            SET indexed_to = max(
                indexed_to,
                ifnull((SELECT u.id FROM user AS u ORDER BY u.id DESC LIMIT 1), 0)
            )
            """,
        ]
        for statement in statements { try run(statement, []) }
    }
}
