import MusterSQL

extension Migration {
    /// With which program a session began.
    static let sessionPrograms = Migration(
        number: 15,
        name: "session programs",
        sql: """
            ALTER TABLE session ADD COLUMN program TEXT
                CHECK (length(CAST(program AS BLOB)) BETWEEN 1 AND 128);
            """
    )
}
