import MusterSQL

extension Migration {
    /// Whose ended sessions were, and indexes by which sessions, open and ended, are found in the order of their times.
    static let sessionTimes = Migration(
        number: 5,
        name: "session times",
        sql: """
            ALTER TABLE ended_session ADD COLUMN user_id INTEGER;

            CREATE INDEX ended_session_by_time ON ended_session (ended_at);
            CREATE INDEX ended_session_by_user ON ended_session (user_id, ended_at);

            DROP INDEX session_by_user;
            CREATE INDEX session_by_user ON session (user_id, created_at DESC, token_digest);
            CREATE INDEX session_by_time ON session (created_at DESC, token_digest);
            """
    )
}
