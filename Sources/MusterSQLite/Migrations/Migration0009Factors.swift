import MusterSQL

extension Migration {
    /// Authenticator apps, passkeys and recovery codes, what is waited for of them, and how sessions were proved.
    static let factors = Migration(
        number: 9,
        name: "factors",
        sql: """
            CREATE TABLE factor (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
                label TEXT NOT NULL CHECK (length(CAST(label AS BLOB)) BETWEEN 1 AND 64),
                created_at INTEGER NOT NULL,
                last_used_at INTEGER,
                failure_count INTEGER NOT NULL DEFAULT 0 CHECK (failure_count >= 0),
                -- An authenticator app.
                secret_sealed BLOB,
                last_step INTEGER,
                tries_left INTEGER CHECK (tries_left >= 0),
                -- A passkey.
                credential_id BLOB UNIQUE CHECK (length(credential_id) BETWEEN 1 AND 1023),
                public_key BLOB,
                model BLOB CHECK (length(model) = 16),
                counter INTEGER CHECK (counter BETWEEN 0 AND 4294967295),
                is_backup_eligible INTEGER CHECK (is_backup_eligible IN (0, 1)),
                is_backed_up INTEGER CHECK (is_backed_up IN (0, 1)),
                CHECK ((secret_sealed IS NULL) <> (credential_id IS NULL)),
                CHECK ((credential_id IS NULL) = (public_key IS NULL))
            ) STRICT;

            CREATE INDEX factor_by_user ON factor (user_id, id);

            CREATE TABLE passkey_owner (
                user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
                handle BLOB NOT NULL UNIQUE CHECK (length(handle) = 32)
            ) STRICT;

            CREATE TABLE recovery_code (
                code_digest BLOB PRIMARY KEY CHECK (length(code_digest) = 32),
                user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE
            ) STRICT, WITHOUT ROWID;

            CREATE INDEX recovery_code_by_user ON recovery_code (user_id);

            CREATE TABLE factor_failure (
                user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
                factor TEXT NOT NULL,
                count INTEGER NOT NULL CHECK (count > 0),
                PRIMARY KEY (user_id, factor)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE ceremony (
                digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
                user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
                purpose TEXT NOT NULL
                    CHECK (purpose IN ('login', 'confirmation', 'registration', 'spent')),
                session_digest BLOB CHECK (length(session_digest) = 32),
                password_changed_at INTEGER,
                challenge BLOB NOT NULL,
                issued_at INTEGER NOT NULL,
                tries_left INTEGER NOT NULL CHECK (tries_left >= 0)
            ) STRICT, WITHOUT ROWID;

            CREATE INDEX ceremony_by_user ON ceremony (user_id, issued_at);
            CREATE INDEX ceremony_by_time ON ceremony (issued_at);

            ALTER TABLE session ADD COLUMN authenticated_at INTEGER;
            ALTER TABLE session ADD COLUMN methods TEXT NOT NULL DEFAULT 'pwd';
            """
    )
}
