import ArgumentParser
import MusterCore
import WireJSON

/// `muster backup`.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy a directory to one file, on its own machine; its server may be running.",
        discussion: """
            The file is a snapshot of the directory, and is checked before it gets its name. Nobody has to \
            wait meanwhile. The master key is not in it: keep a copy of that, once, and somewhere else. \
            Without it the users' phone numbers are lost. With - the backup is made in the folder for temporary \
            files (TMPDIR) and goes to standard output.

            Example: muster backup --data-dir ./muster-data ./muster-$(date +%F).backup
            Example: muster backup --data-dir ./muster-data - > muster.backup
            """
    )

    @Argument(help: "The file to make; - for standard output.", completion: .file())
    var file: String

    @Flag(help: "Replace the file if it is there.")
    var force = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var settings: SettingsOptions

    func run() async throws {
        try await CommandFailure.reporting {
            let reader = try await settings.reader()
            let paths = try reader.dataPaths()
            let name = file == "-" ? "FILE" : file
            try reader.refuseShared { database in
                "The directory is in PostgreSQL, whose own tools back it up. Run: pg_dump --format=custom --schema=muster "
                    + "--file=\(name) --dbname=\(database), and keep \(paths.key), too, somewhere else."
            }
            guard file == "-" else {
                let backup = DirectoryBackup(paths: paths, file: file, replaces: force)
                let record = try await backup.make()
                try output.done(BackupCommand.sentence(record), record, .backup)
                return
            }
            let record = try await BackupStream(paths: paths).write()
            // The backup is what goes to standard output.
            try output.done(BackupCommand.sentence(record), record, .backup, on: .standardError)
        }
    }

    private static func sentence(_ record: JSONObject) -> String {
        func count(_ name: String, _ noun: String) -> String {
            Count.text(record.integer(name) ?? 0, noun)
        }
        return """
            \(record.text("file") ?? ""): \(count("users", "user")), \
            \(count("audit_events", "event")), \(count("bytes", "byte")). Keep \(record.text("master_key") ?? ""), too, somewhere else; \
            it is not in the file.
            """
    }
}

extension RecordLayout {
    /// A backup.
    fileprivate static let backup = RecordLayout(
        "backups",
        id: "file",
        columns: [Column("File", "file"), Column("Bytes", "bytes"), Column("Users", "users")],
        fields: [
            "file", "bytes", "users", "audit_events", "taken_at", "schema", "directory",
            "master_key",
        ]
    )
}

extension SettingsReader {
    /// Where the directory's files are.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    func dataPaths() throws(MusterError) -> DataPaths {
        DataPaths(folder: try path("dataDir") ?? "./muster-data")
    }
}
