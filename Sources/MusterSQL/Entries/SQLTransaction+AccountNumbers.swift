package import MusterCore

extension SQLTransaction {
    /// Where the numbers of users and groups begin by which machines know them; nil if no machine was told any.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    package func accountNumbers() throws(MusterError) -> AccountNumbers? {
        try row(
            """
            SELECT first_user_number, first_group_number
            FROM directory
            WHERE id = 1 AND first_user_number IS NOT NULL AND first_group_number IS NOT NULL
            """,
            []
        ) { AccountNumbers(firstUser: $0[0], firstGroup: $0[1]) }
    }

    /// Has the directory keep where those numbers begin, unless it does already.
    ///
    /// Of several servers that start at once the first one is heard.
    ///
    /// - Parameter wanted: Where they are to begin.
    /// - Returns: Where they do.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    package func keep(_ wanted: AccountNumbers) throws(MusterError) -> AccountNumbers {
        if let kept = try accountNumbers() { return kept }
        try run(
            """
            UPDATE directory
            SET first_user_number = ?, first_group_number = ?
            WHERE id = 1 AND first_user_number IS NULL
            """,
            [wanted.firstUser, wanted.firstGroup]
        )
        return try accountNumbers() ?? wanted
    }
}
