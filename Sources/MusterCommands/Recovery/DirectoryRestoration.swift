import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterSQLite
import SystemCalls
import WireJSON

/// Makes a directory of a backup.
struct DirectoryRestoration: Sendable {
    let paths: DataPaths
    /// The backup.
    let file: String
    /// The path of a master key, where one was named.
    let keyFile: String?
    /// Whether a directory that is there is moved aside.
    let replaces: Bool

    /// Restores.
    ///
    /// Nothing is changed before the backup has proved good, and the directory appears, or takes the other
    /// one's place, by one rename at the end.
    ///
    /// - Returns: What was done.
    /// - Throws: ``MusterError`` or ``CommandError``.
    func run() async throws -> JSONObject {
        let backup = try BackupSource(file)
        let state = DataFolderState(paths)
        guard state != .shared else { throw DataFolderState.elsewhere(paths) }
        let isReplacing = state == .initialised
        guard replaces || !isReplacing else {
            throw CommandError(
                .badInput,
                "There is a directory in \(paths.folder). Say --force to move it aside. Nothing was changed."
            )
        }
        let key = try RestoredKey(named: keyFile, in: paths, for: backup)
        let hasFolder = FileManager.default.fileExists(atPath: paths.folder)
        let lock = try DataFolder(
            paths.folder,
            creates: true,
            advice: " Stop the server first. Nothing was changed."
        )
        paths.removeUnfinished()
        let done: JSONObject
        do {
            defer { paths.removeUnfinished() }
            done = try await Interruption.tidying(paths.removeUnfinished) {
                try place(backup, key, over: state, hasFolder: hasFolder)
            }
        }
        // Not before nothing is left of what was unfinished, which the next process could take for its own.
        lock.release()
        return done
    }

    /// Puts the directory in its place; the lock is held meanwhile.
    private func place(
        _ backup: BackupSource,
        _ key: RestoredKey,
        over state: DataFolderState,
        hasFolder: Bool
    ) throws -> JSONObject {
        guard DataFolderState(paths) == state else {
            throw CommandError(.tryAgain, "\(paths.folder) has just been changed. Try again.")
        }
        do {
            try stage(backup, key)
        } catch {
            paths.removeUnfinished()
            if !hasFolder { removeFolder() }
            throw error
        }
        let isKeyReplaced = key.origin != .present
        let aside = try ReplacedDirectory(paths, withKey: isKeyReplaced)
        do {
            try aside?.keep(withKey: isKeyReplaced)
            try key.install(in: paths)
            try aside?.clear()
            try DurableFiles.move(paths.restoring, to: paths.database)
        } catch {
            aside?.giveUp()
            throw error
        }
        try verify(backup, key)
        return record(backup, key, aside)
    }

    /// Reads in its place what was restored, with all that SQLite takes for a part of it.
    private func verify(_ backup: BackupSource, _ key: RestoredKey) throws {
        let database = try DatabaseInspection(
            path: paths.database,
            sealer: SodiumSealer(key.key),
            digester: SystemDigester(key.key),
            isAlone: true
        )
        let found = try database.summary()
        let isComplete =
            found.identity == backup.summary.identity && found.users == backup.summary.users
        guard let fault = try database.damage().first ?? (isComplete ? nil : "users are missing")
        else { return }
        throw CommandError(
            .fault,
            "\(paths.database) was restored and is damaged all the same: \(fault). Look at the disk, and restore again."
        )
    }

    /// Removes the folder that was made, where nothing has come into it.
    private func removeFolder() {
        unlink(paths.lock)
        rmdir(paths.folder)
    }

    /// Prepares the whole directory beside its place.
    private func stage(_ backup: BackupSource, _ key: RestoredKey) throws {
        let sealer = SodiumSealer(key.key)
        guard let restoring = PrivateFile.create(paths.restoring) else {
            throw DurableFiles.failure(paths.restoring)
        }
        close(restoring)
        let copied = try backup.copy(to: paths.restoring, sealer: sealer)
        guard copied == backup.summary else {
            throw CommandError(
                .badInput,
                "\(file) is being changed by another program. Nothing was changed."
            )
        }
        try DatabaseRestoration.settle(
            paths.restoring,
            sealer: sealer,
            digester: SystemDigester(key.key),
            forgetsSealed: key.isNew,
            after: ReplacedDirectory.counters(paths),
            event: DataFolderEvent.make(.directoryRestore, fields: fields(backup, key))
        )
        DurableFiles.giveToFolderOwner(paths.restoring)
        try DurableFiles.sync(paths.restoring)
    }

    private func fields(_ backup: BackupSource, _ key: RestoredKey) -> [AuditField] {
        [
            AuditField("backup", TimeText.text(backup.summary.lastEventAt?.rawValue)),
            AuditField("sessions_ended", String(backup.summary.sessions)),
            AuditField("phones_lost", String(key.isNew ? backup.summary.phones : 0)),
            AuditField("apps_lost", String(key.isNew ? backup.summary.apps : 0)),
        ]
    }

    private func record(
        _ backup: BackupSource,
        _ key: RestoredKey,
        _ aside: ReplacedDirectory?
    ) -> JSONObject {
        let summary = backup.summary
        let origin =
            switch key.origin {
            case .present: "present"
            case .named: "named"
            case .made: "made"
            }
        return JSONObject([
            ("data_dir", .string(paths.folder)), ("users", .integer(Int64(summary.users))),
            ("backup_taken_at", summary.lastEventAt.map { .integer($0.rawValue) } ?? .null),
            ("sessions_ended", .integer(Int64(summary.sessions))),
            ("api_keys", .integer(Int64(summary.apiKeys))), ("master_key", .string(origin)),
            ("phones_lost", .integer(Int64(key.isNew ? summary.phones : 0))),
            ("apps_lost", .integer(Int64(key.isNew ? summary.apps : 0))),
            ("moved_aside", aside.map { .string($0.path) } ?? .null),
            ("digest", .string(backup.isSealed ? "right" : "absent")),
        ])
    }
}
