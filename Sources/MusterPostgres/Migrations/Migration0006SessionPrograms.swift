import MusterSQL

extension Migration {
    /// With which program a session began.
    static let sessionPrograms = Migration(
        number: 6,
        name: "session programs",
        sql: """
            ALTER TABLE session ADD COLUMN program text COLLATE "C"
                CHECK (octet_length(program) BETWEEN 1 AND 128);
            """
    )
}
