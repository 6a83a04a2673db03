import MusterSQL

extension Migration {
    /// For which site each passkey is; unknown of those from before.
    static let passkeySites = Migration(
        number: 10,
        name: "passkey sites",
        sql: """
            ALTER TABLE factor ADD COLUMN site TEXT
                CHECK (length(CAST(site AS BLOB)) BETWEEN 1 AND 253);
            """
    )
}
