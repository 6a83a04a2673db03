import ArgumentParser
import MusterCore
import WireJSON

/// `muster restore`.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a directory of a backup; its server must be stopped.",
        discussion: """
            The backup is checked first. A directory that is there is moved aside with --force, never \
            deleted. All sessions end; what was done after the backup, such as turning somebody off or \
            rotating a key, is undone and has to be done again.

            Example: muster restore --data-dir ./muster-data ./muster-2026-01-31.backup
            """
    )

    @Argument(help: "The backup.")
    var file: String

    @Option(
        help: ArgumentHelp(
            "The master key of the directory that was backed up; the one in the folder if unset.",
            valueName: "file"
        )
    )
    var masterKey: String?

    @Flag(help: "Move aside the directory that is there.")
    var force = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var settings: SettingsOptions

    func run() async throws {
        try await CommandFailure.reporting {
            let reader = try await settings.reader()
            try reader.refuseShared { database in
                "The directory is in PostgreSQL, whose own tools restore it. Stop its servers, and run: pg_restore --clean "
                    + "--if-exists --single-transaction --dbname=\(database) \(file)"
            }
            let restoration = DirectoryRestoration(
                paths: try reader.dataPaths(),
                file: file,
                keyFile: masterKey,
                replaces: force
            )
            let record = try await restoration.run()
            try output.done(RestoreCommand.sentence(record), record, .restoration)
            for warning in RestoreCommand.warnings(record) { CommandFailure.tell(warning) }
        }
    }

    private static func sentence(_ record: JSONObject) -> String {
        let taken = record.integer("backup_taken_at").map { " as of \(TimeText.text($0))" } ?? ""
        let aside = record.text("moved_aside").map { " The former directory is in \($0)." } ?? ""
        return """
            \(record.text("data_dir") ?? "") holds \(Count.text(record.integer("users") ?? 0, "user"))\(taken). \
            Ended: \(Count.text(record.integer("sessions_ended") ?? 0, "session")).\(aside)
            """
    }

    /// What whoever restores a directory has to think of.
    private static func warnings(_ record: JSONObject) -> [String] {
        var warnings: [String] = []
        if record.text("digest") == "absent" {
            warnings.append("\(BackupSource.unsealed) SQLite found nothing wrong with it.")
        }
        let keys = record.integer("api_keys") ?? 0
        if keys > 0 {
            warnings.append(
                "API keys (\(keys)), passwords and disabled users are as they were then. Rotate and disable "
                    + "again what was rotated and disabled since."
            )
        }
        let phones = record.integer("phones_lost") ?? 0
        let apps = record.integer("apps_lost") ?? 0
        if phones > 0 || apps > 0 {
            let lost = RestoredKey.lost(phones: Int(phones), apps: Int(apps))
            warnings.append(
                "A new master key was made, so \(lost) had to be forgotten. Whoever proved itself by one of them logs in "
                    + "without it, and has to set up a second factor again before anything else."
            )
        } else if record.text("master_key") == "made" {
            warnings.append("A new master key was made. Keep a copy of it somewhere else.")
        }
        return warnings
    }
}

extension RecordLayout {
    /// A directory that was restored.
    fileprivate static let restoration = RecordLayout(
        "directories",
        id: "data_dir",
        columns: [Column("Folder", "data_dir"), Column("Users", "users")],
        fields: [
            "data_dir", "users", "backup_taken_at", "sessions_ended", "api_keys", "master_key",
            "phones_lost", "apps_lost", "moved_aside", "digest",
        ]
    )
}
