import MusterSQL

extension Migration {
    /// Indexes of those few whom filters of lists look for.
    ///
    /// Each has only users of whom there are few, so that a usual one stands in none of them, and a login moves nobody.
    static let userFilters = Migration(
        number: 7,
        name: "user filters",
        sql: """
            CREATE INDEX user_disabled ON "user" (id) WHERE NOT is_enabled;
            CREATE INDEX user_of_high_role ON "user" (role, id) WHERE role >= 40;
            CREATE INDEX user_expiring ON "user" (expires_at) WHERE expires_at IS NOT NULL;
            CREATE INDEX user_closed ON "user" (last_login_closing_at)
                WHERE last_login_closing_at IS NOT NULL;
            """
    )
}
