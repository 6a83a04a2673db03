import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterSQLite
import SystemCalls
import WireJSON
import WorkerThreads

/// Makes a backup of a directory, whose server may be running.
struct DirectoryBackup: Sendable {
    let paths: DataPaths
    /// The file to make.
    let file: String
    /// Whether it may replace one.
    let replaces: Bool

    /// Makes the backup and looks whether it is good.
    ///
    /// - Returns: What is in it.
    /// - Throws: ``MusterError`` or ``CommandError``; then there is no new file.
    func make() async throws -> JSONObject {
        try DataFolderState.requireInitialised(paths)
        try refuseOwnFiles()
        let partial = try PartialFile(file, replaces: replaces)
        defer { partial.remove() }
        if !replaces { try Companions.refuseTaken(beside: file) }
        // Behind whoever serves on the same machine.
        let thread = WorkerPool("backup", .backups, threads: 1)
        return try await Interruption.tidying(partial.remove) {
            try await thread.run { try write(partial) }
        }
    }

    /// Makes the backup in a process that holds the directory and looks after signals itself.
    ///
    /// - Throws: ``MusterError`` or ``CommandError``; then there is no new file.
    func makeAlone() throws {
        let partial = try PartialFile(file, replaces: replaces)
        defer { partial.remove() }
        _ = try write(partial)
    }

    private func write(_ partial: PartialFile) throws -> JSONObject {
        let event = DataFolderEvent.make(.directoryBackup)
        let sealer = SodiumSealer(MasterKey.random())
        let expected = try DatabaseBackup.copy(
            .file(paths.database),
            to: partial.path,
            sealer: sealer,
            event: event,
            mark: BackupSeal.mark
        ) { _ in }
        try verify(partial.file, holds: expected)
        try BackupSeal.append(to: partial.file)
        guard try BackupSeal.state(of: partial.file) == .intact else {
            throw CommandError(.fault, "The backup cannot be read back. Nothing was written.")
        }
        try partial.publish()
        // Only now: until then they are parts of what is replaced.
        if replaces { try Companions.remove(beside: file) }
        return record(expected, at: event.at)
    }

    /// Refuses to replace what the backup is made of.
    private func refuseOwnFiles() throws(CommandError) {
        let own =
            [paths.key, paths.lock, paths.unfinished, paths.restoring, paths.database]
            + DataPaths.suffixes.map { paths.database + $0 }
        let isOwn =
            own.contains { DurableFiles.areSame($0, file) }
            || (DurableFiles.areSame(DurableFiles.folder(of: file), paths.folder)
                && own.contains { $0.hasSuffix("/" + (file.split(separator: "/").last ?? "")) })
        guard !isOwn else {
            throw CommandError(
                .badInput,
                "\(file) is a file of the directory itself. Name another one."
            )
        }
    }

    private func verify(_ made: OpenFile, holds expected: DatabaseSummary) throws {
        let key = (try? MasterKey(contentsOf: paths.key)) ?? MasterKey.random()
        let copy = try DatabaseInspection(
            .descriptor(made.descriptor, name: made.path),
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
        let damage = try copy.damage()
        guard damage.isEmpty else {
            throw CommandError(
                .fault,
                "The backup would be damaged, as the database is: \(damage[0]). Nothing was written. "
                    + "Run: muster check"
            )
        }
        if let difference = try copy.schemaDifferences().first {
            throw CommandError(
                .fault,
                "No directory can be made of such a backup: \(difference.text). Nothing was written. Run: muster check"
            )
        }
        let found = try copy.summary()
        guard found.schema == expected.schema, found.identity == expected.identity,
            found.users == expected.users, found.auditEvents == expected.auditEvents + 1
        else {
            throw CommandError(.fault, "The backup is not what was copied. Nothing was written.")
        }
    }

    private func record(_ summary: DatabaseSummary, at time: Timestamp) -> JSONObject {
        var status = stat()
        let size = stat(file, &status) == 0 ? Int64(status.st_size) : 0
        return JSONObject([
            ("file", .string(file)), ("bytes", .integer(size)),
            ("users", .integer(Int64(summary.users))),
            ("audit_events", .integer(Int64(summary.auditEvents))),
            ("taken_at", .integer(time.rawValue)), ("schema", .integer(Int64(summary.schema))),
            ("directory", .string(summary.identity.uuid.text)), ("master_key", .string(paths.key)),
        ])
    }
}
