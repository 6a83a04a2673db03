import MusterSQL

extension Migration {
    /// From when on users may not come in, and what administrators write about them.
    static let expiry = Migration(
        number: 8,
        name: "expiry and note",
        sql: """
            ALTER TABLE user ADD COLUMN expires_at INTEGER
                CHECK (expires_at BETWEEN 0 AND 253402300799999);
            ALTER TABLE user ADD COLUMN note TEXT
                CHECK (length(CAST(note AS BLOB)) BETWEEN 1 AND 1024);
            """
    )
}
