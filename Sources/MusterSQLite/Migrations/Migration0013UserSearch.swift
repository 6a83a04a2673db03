import MusterSQL

extension Migration {
    /// Indexes for each filter of a list of users, one of what their names and addresses contain, and how many there are.
    static let userSearch = Migration(
        number: 13,
        name: "user search",
        sql: """
            -- How many apps and passkeys a user has that are confirmed.
            ALTER TABLE user ADD COLUMN factor_count INTEGER NOT NULL DEFAULT 0;

            UPDATE user
            SET factor_count = (
                SELECT count(*) FROM factor AS f WHERE f.user_id = user.id AND f.tries_left IS NULL
            )
            WHERE id IN (SELECT user_id FROM factor);

            CREATE TRIGGER factor_added AFTER INSERT ON factor WHEN NEW.tries_left IS NULL BEGIN
                UPDATE user SET factor_count = factor_count + 1 WHERE id = NEW.user_id;
            END;

            CREATE TRIGGER factor_removed AFTER DELETE ON factor WHEN OLD.tries_left IS NULL BEGIN
                UPDATE user SET factor_count = factor_count - 1 WHERE id = OLD.user_id;
            END;

            CREATE TRIGGER factor_confirmed AFTER UPDATE OF tries_left ON factor
            WHEN (OLD.tries_left IS NULL) <> (NEW.tries_left IS NULL) BEGIN
                UPDATE user
                SET factor_count = factor_count + (NEW.tries_left IS NULL) - (OLD.tries_left IS NULL)
                WHERE id = NEW.user_id;
            END;

            CREATE INDEX user_by_state ON user (is_enabled, role);
            CREATE INDEX user_expiring ON user (expires_at) WHERE expires_at IS NOT NULL;
            CREATE INDEX user_closed ON user (last_login_closing_at)
                WHERE last_login_closing_at IS NOT NULL;
            CREATE INDEX user_failed ON user (last_login_failure_at) WHERE login_failure_count > 0;
            CREATE INDEX user_without_factor ON user (id)
                WHERE sms_enabled = 0 AND email_enabled = 0 AND factor_count = 0;
            CREATE INDEX user_by_last_use ON user (
                max(created_at, ifnull(last_login_at, created_at), ifnull(last_key_use_at, created_at))
            );

            CREATE INDEX api_key_by_age ON api_key (created_at);

            -- Each three characters in a row of what users are called, without regard to case.
            CREATE VIRTUAL TABLE user_text USING fts5 (
                username, name, email,
                content = '', tokenize = 'trigram', detail = none, columnsize = 0
            );

            INSERT INTO user_text (rowid, username, name, email)
            SELECT id, username, name, email FROM user;

            -- Users with a greater number than indexed_to are not in user_text yet.
            CREATE TABLE user_search (
                id INTEGER PRIMARY KEY CHECK (id = 1),
                user_count INTEGER NOT NULL CHECK (user_count >= 0),
                indexed_to INTEGER NOT NULL
            ) STRICT;

            INSERT INTO user_search (id, user_count, indexed_to)
            SELECT 1, count(*), ifnull(max(id), 0) FROM user;

            -- What user_text has of users who were changed or deleted since.
            CREATE TABLE user_text_former (
                user_id INTEGER PRIMARY KEY,
                username TEXT NOT NULL,
                name TEXT,
                email TEXT
            ) STRICT;

            -- SQLite keeps triggers from writing user_text itself where schemas are not trusted.
            CREATE TRIGGER user_text_changed AFTER UPDATE OF username, name, email ON user
            WHEN (OLD.username IS NOT NEW.username OR OLD.name IS NOT NEW.name
                  OR OLD.email IS NOT NEW.email)
                AND OLD.id <= (SELECT indexed_to FROM user_search)
            BEGIN
                INSERT INTO user_text_former (user_id, username, name, email)
                VALUES (OLD.id, OLD.username, OLD.name, OLD.email)
                ON CONFLICT (user_id) DO NOTHING;
            END;

            CREATE TRIGGER user_text_removed AFTER DELETE ON user
            WHEN OLD.id <= (SELECT indexed_to FROM user_search)
            BEGIN
                INSERT INTO user_text_former (user_id, username, name, email)
                VALUES (OLD.id, OLD.username, OLD.name, OLD.email)
                ON CONFLICT (user_id) DO NOTHING;
            END;
            """
    )
}
