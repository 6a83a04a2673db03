import ArgumentParser
import MusterCore

/// `muster store`.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "What keeps the directory.",
        discussion: "Example: muster store copy --from ./muster-data --to postgres",
        subcommands: [StoreCopy.self]
    )
}

/// `muster store copy`.
struct StoreCopy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract:
            "Move a directory between a data folder and PostgreSQL; its servers must be stopped.",
        discussion: """
            Everything goes along: numbers, hashes, keys, sessions, the audit log. The copy goes only where nothing is, and \
            is read again and compared before it counts; one that was cut short counts for nothing, and the same command \
            goes on with it. What is copied stays as it is. The master key does not go along: copy it to the other folder.

            Example: muster store copy --from ./muster-data --to postgres --config new.json
            Example: muster store copy --from postgres --to ./muster-data --config new.json
            """
    )

    @Option(
        help: ArgumentHelp(
            "What is copied: a data folder, the address of a database, or postgres for that of the settings.",
            valueName: "place"
        )
    )
    var from: String

    @Option(help: ArgumentHelp("Where to, in the same words.", valueName: "place"))
    var to: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var settings: SettingsOptions

    func run() async throws {
        try await CommandFailure.reporting {
            let reader = try await settings.reader()
            let sums: DirectoryMove.Sums
            switch (try StorePlace(from, reader), try StorePlace(to, reader)) {
            case (.folder(let folder), .database(let address)):
                sums = try DirectoryMove(folder: folder, address: address).toDatabase()
            case (.database(let address), .folder(let folder)):
                sums = try DirectoryMove(folder: folder, address: address).toFolder()
            default:
                throw CommandError(
                    .usage,
                    "One of --from and --to is a data folder, and the other a database. To copy a folder, run: muster backup"
                )
            }
            let users = Count.text(sums.users, "user")
            let rows = Count.text(sums.rows, "row")
            try output.done(
                "Copied \(users), \(rows) in all, and found both sides the same.",
                sums.record,
                .copy
            )
        }
    }
}

extension RecordLayout {
    /// A directory that was copied.
    fileprivate static let copy = RecordLayout(
        "copies",
        id: "users",
        columns: [Column("Users", "users"), Column("Rows", "rows")],
        fields: ["users", "audit_events", "rows"]
    )
}
