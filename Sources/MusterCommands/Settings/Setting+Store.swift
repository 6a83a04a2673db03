extension Setting {
    /// What keeps the directory.
    static let store: [Setting] = [
        Setting(
            key: "store.kind",
            kind: .text,
            fallback: "sqlite",
            summary:
                "What keeps the directory: sqlite (a file in the data folder) or postgres (a database that servers share)."
        ),
        Setting(
            key: "store.postgres.url",
            kind: .text,
            fallback: nil,
            isSecret: true,
            summary:
                "The database, as libpq's URI or list of keywords; no password in it on the command line."
        ),
        Setting(
            key: "store.postgres.urlFile",
            kind: .text,
            fallback: nil,
            summary: "A file with the database's address, in place of store.postgres.url."
        ),
        Setting(
            key: "store.replica",
            kind: .text,
            fallback: "ask",
            summary:
                "The copy beside a server of postgres: off, or what is done while it is not up to date: ask (the database, while "
                + "that can commit), trust (any database that answers) or refuse."
        ),
    ]
}
