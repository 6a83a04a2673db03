import MusterSQL

extension Migration {
    /// Where logins came from, how many codes were sent, and how many attempts were refused.
    static let loginSources = Migration(
        number: 2,
        name: "login sources",
        sql: """
            ALTER TABLE user ADD COLUMN last_login_closing_at INTEGER;

            CREATE TABLE login_source (
                user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
                source TEXT NOT NULL,
                failure_count INTEGER NOT NULL DEFAULT 0 CHECK (failure_count >= 0),
                last_failure_at INTEGER,
                last_success_at INTEGER,
                PRIMARY KEY (user_id, source)
            ) STRICT, WITHOUT ROWID;

            CREATE INDEX login_source_failing ON login_source (last_failure_at)
                WHERE last_success_at IS NULL;

            CREATE TABLE sent_code (
                id INTEGER PRIMARY KEY,
                at INTEGER NOT NULL,
                user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
                channel TEXT NOT NULL CHECK (channel IN ('sms', 'email')),
                recipient BLOB NOT NULL
            ) STRICT;

            CREATE INDEX sent_code_by_recipient ON sent_code (recipient, at);
            CREATE INDEX sent_code_by_user ON sent_code (user_id, at);
            CREATE INDEX sent_code_by_channel ON sent_code (channel, at);
            CREATE INDEX sent_code_by_time ON sent_code (at);

            CREATE TABLE refusal (
                minute INTEGER NOT NULL,
                source TEXT NOT NULL,
                count INTEGER NOT NULL,
                PRIMARY KEY (minute, source)
            ) STRICT, WITHOUT ROWID;

            -- The questions whether somebody else could still administer.
            CREATE INDEX user_enabled_writers ON user (id) WHERE is_enabled = 1 AND write_mask & 8 = 8;
            """
    )
}
