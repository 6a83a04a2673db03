import MusterSQL

extension Migration {
    /// What is known of users as persons, what other systems call users and groups, and when groups were changed.
    static let persons = Migration(
        number: 11,
        name: "persons",
        sql: """
            CREATE TABLE person (
                user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
                external_id TEXT CHECK (length(CAST(external_id AS BLOB)) BETWEEN 1 AND 255),
                document TEXT NOT NULL CHECK (length(CAST(document AS BLOB)) BETWEEN 2 AND 16384)
            ) STRICT;

            -- Not unique: two systems may give the same one.
            CREATE INDEX person_by_external_id ON person (external_id, user_id)
                WHERE external_id IS NOT NULL;

            CREATE TABLE person_address (
                user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
                place INTEGER NOT NULL,
                address TEXT NOT NULL COLLATE NOCASE,
                PRIMARY KEY (user_id, place)
            ) STRICT, WITHOUT ROWID;

            CREATE INDEX person_address_by_address ON person_address (address, user_id);

            ALTER TABLE user_group ADD COLUMN external_id TEXT
                CHECK (length(CAST(external_id AS BLOB)) BETWEEN 1 AND 255);
            ALTER TABLE user_group ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE user_group ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;

            -- When groups were made before was not written down.
            UPDATE user_group
            SET created_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000,
                changed_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000;
            """
    )
}
