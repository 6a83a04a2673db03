import MusterSQL

extension Migration {
    /// Users with every field of both dialects, and all that belongs to them.
    static let users = Migration(
        number: 1,
        name: "users",
        sql: """
            CREATE TABLE user (
                id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id >= 2),
                uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
                username TEXT NOT NULL COLLATE NOCASE UNIQUE
                    CHECK (length(username) BETWEEN 1 AND 254),
                name TEXT,
                email TEXT,
                role INTEGER NOT NULL CHECK (role IN (0, 16, 24, 32, 40, 64)),
                read_mask INTEGER NOT NULL DEFAULT 0 CHECK (read_mask >= 0),
                write_mask INTEGER NOT NULL DEFAULT 0 CHECK (write_mask >= 0),
                liveview_mask INTEGER NOT NULL DEFAULT 0 CHECK (liveview_mask >= 0),
                hosts TEXT NOT NULL DEFAULT '',
                inactivity_timeout_s INTEGER NOT NULL DEFAULT 0
                    CHECK (inactivity_timeout_s BETWEEN 0 AND 2147483647),
                is_enabled INTEGER NOT NULL DEFAULT 1 CHECK (is_enabled IN (0, 1)),
                api_permitted INTEGER NOT NULL DEFAULT 1 CHECK (api_permitted IN (0, 1)),
                password_permitted INTEGER NOT NULL DEFAULT 1 CHECK (password_permitted IN (0, 1)),
                saml_permitted INTEGER NOT NULL DEFAULT 1 CHECK (saml_permitted IN (0, 1)),
                second_factor_required INTEGER NOT NULL DEFAULT 0
                    CHECK (second_factor_required IN (0, 1)),
                phone_sealed BLOB,
                phone_verified INTEGER NOT NULL DEFAULT 0 CHECK (phone_verified IN (0, 1)),
                sms_enabled INTEGER NOT NULL DEFAULT 0 CHECK (sms_enabled IN (0, 1)),
                email_enabled INTEGER NOT NULL DEFAULT 0 CHECK (email_enabled IN (0, 1)),
                login_failure_count INTEGER NOT NULL DEFAULT 0 CHECK (login_failure_count >= 0),
                login_failure_total INTEGER NOT NULL DEFAULT 0 CHECK (login_failure_total >= 0),
                last_login_failure_at INTEGER,
                last_login_at INTEGER,
                last_key_use_at INTEGER,
                created_at INTEGER NOT NULL,
                changed_at INTEGER NOT NULL
            ) STRICT;

            CREATE TABLE directory (
                id INTEGER PRIMARY KEY CHECK (id = 1),
                uuid BLOB NOT NULL CHECK (length(uuid) = 16),
                founded_at INTEGER NOT NULL,
                owner_id INTEGER NOT NULL REFERENCES user (id) ON DELETE RESTRICT,
                revision INTEGER NOT NULL DEFAULT 0
            ) STRICT;

            -- The first number given is 2: the clients' own tests ask for 0 and 1 and expect nobody.
            INSERT INTO sqlite_sequence (name, seq) VALUES ('user', 1);

            CREATE INDEX user_by_name ON user (ifnull(name, username) COLLATE NOCASE, id);
            CREATE INDEX user_by_email ON user (ifnull(email, username) COLLATE NOCASE, id);
            CREATE INDEX user_enabled_administrators ON user (id) WHERE role = 64 AND is_enabled = 1;

            CREATE TABLE password (
                user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
                hash TEXT NOT NULL,
                is_temporary INTEGER NOT NULL CHECK (is_temporary IN (0, 1)),
                changed_at INTEGER NOT NULL
            ) STRICT;

            CREATE TABLE former_password (
                id INTEGER PRIMARY KEY,
                user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
                hash TEXT NOT NULL
            ) STRICT;

            CREATE INDEX former_password_by_user ON former_password (user_id, id);

            CREATE TABLE api_key (
                user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
                access_key TEXT NOT NULL UNIQUE CHECK (length(access_key) = 64),
                secret_digest BLOB NOT NULL CHECK (length(secret_digest) = 32),
                created_at INTEGER NOT NULL
            ) STRICT;

            CREATE TABLE session (
                token_digest BLOB PRIMARY KEY CHECK (length(token_digest) = 32),
                user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
                created_at INTEGER NOT NULL,
                last_seen_at INTEGER NOT NULL,
                address TEXT
            ) STRICT, WITHOUT ROWID;

            CREATE INDEX session_by_user ON session (user_id);

            CREATE TABLE ended_session (
                token_digest BLOB PRIMARY KEY CHECK (length(token_digest) = 32),
                reason TEXT NOT NULL,
                ended_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE verification_code (
                user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
                code_digest BLOB NOT NULL CHECK (length(code_digest) = 32),
                phone_sealed BLOB,
                issued_at INTEGER NOT NULL,
                tries_left INTEGER NOT NULL CHECK (tries_left >= 0)
            ) STRICT;

            CREATE TABLE ssh_key (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
                type TEXT NOT NULL,
                blob BLOB NOT NULL,
                fingerprint TEXT NOT NULL,
                added_at INTEGER NOT NULL,
                UNIQUE (user_id, fingerprint)
            ) STRICT;

            CREATE TABLE user_group (
                id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id >= 2),
                uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
                name TEXT NOT NULL COLLATE NOCASE UNIQUE,
                managed_by_saml INTEGER CHECK (managed_by_saml IN (0, 1))
            ) STRICT;

            INSERT INTO sqlite_sequence (name, seq) VALUES ('user_group', 1);

            CREATE TABLE group_member (
                group_id INTEGER NOT NULL REFERENCES user_group (id) ON DELETE RESTRICT,
                user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
                PRIMARY KEY (group_id, user_id)
            ) STRICT, WITHOUT ROWID;

            CREATE INDEX group_member_by_user ON group_member (user_id, group_id);

            -- Names are copied, not referenced: the log outlives those it speaks of.
            CREATE TABLE audit_event (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                event_id TEXT NOT NULL CHECK (length(event_id) = 32),
                at INTEGER NOT NULL,
                action TEXT NOT NULL,
                is_failure INTEGER NOT NULL CHECK (is_failure IN (0, 1)),
                actor_kind TEXT,
                actor_uuid BLOB,
                actor_name TEXT,
                impersonated_kind TEXT,
                impersonated_uuid BLOB,
                impersonated_name TEXT,
                address TEXT,
                request_id TEXT NOT NULL,
                target_kind TEXT,
                target_uuid BLOB,
                target_name TEXT,
                fields TEXT NOT NULL DEFAULT ''
            ) STRICT;

            CREATE INDEX audit_event_by_time ON audit_event (at);
            CREATE INDEX audit_event_by_target ON audit_event (target_uuid, id);
            """
    )
}
