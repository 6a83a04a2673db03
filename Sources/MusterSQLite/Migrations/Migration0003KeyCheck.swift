import MusterSQL

extension Migration {
    /// Something sealed whose content is known, by which another master key is told from the directory's.
    static let keyCheck = Migration(
        number: 3,
        name: "key check",
        sql: """
            CREATE TABLE key_check (
                id INTEGER PRIMARY KEY CHECK (id = 1),
                box BLOB NOT NULL
            ) STRICT;
            """
    )
}
