import Foundation
import MusterCore
import MusterCrypto
import MusterSQLite

/// Where the files of a directory are.
struct DataPaths: Sendable {
    /// The folder.
    let folder: String

    /// The database.
    var database: String { folder + "/muster.sqlite" }
    /// The database of a directory that is being founded or restored, until it is complete.
    var unfinished: String { folder + "/founding.sqlite" }
    /// The master key.
    var key: String { folder + "/master.key" }
    /// The lock.
    var lock: String { folder + "/muster.lock" }

    /// What SQLite puts beside a database that is in use, behind the database's own name.
    static let suffixes = ["-wal", "-shm", "-journal"]

    /// Removes what a founding or restoring has left that was cut short.
    func removeUnfinished() {
        for suffix in [""] + DataPaths.suffixes {
            try? FileManager.default.removeItem(atPath: unfinished + suffix)
        }
    }
}

/// The folder of the directory's files, held by one process at a time.
struct DataDirectory: ~Copyable {
    private let paths: DataPaths
    private let lock: FileLock

    private var path: String { paths.folder }
    /// The database.
    var databasePath: String { paths.database }

    /// Takes hold of a folder.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - creates: Whether to make it where it is not there.
    ///   - advice: What to do where another process holds it, as one more sentence.
    /// - Throws: ``MusterError`` with code `directory.missing` where there is no such folder and
    ///   `store.unavailable` where it cannot be written or another process holds it.
    init(_ path: String, creates: Bool, advice: String = "") throws(MusterError) {
        paths = DataPaths(folder: path)
        if creates {
            do {
                try FileManager.default.createDirectory(
                    atPath: path,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700]
                )
            } catch {
                throw MusterError(
                    .storeUnavailable,
                    "The data directory \(path) cannot be made.",
                    cause: error
                )
            }
        }
        guard FileManager.default.fileExists(atPath: path) else {
            throw DataDirectory.missing(path)
        }
        lock = try FileLock(paths.lock, holding: path, advice: advice)
        DurableFiles.giveToFolderOwner(paths.lock)
    }

    /// Whether a directory lives here.
    static func isInitialised(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: DataPaths(folder: path).database)
    }

    /// Says that no directory lives here.
    static func missing(_ path: String) -> MusterError {
        MusterError(
            .directoryMissing,
            "There is no directory in \(path) yet. Run: muster init --data-dir \(path) "
                + "--admin admin@example.com"
        )
    }

    /// Opens the store of a directory that lives here.
    ///
    /// - Throws: ``MusterError`` with code `directory.missing`, `store.too_new` or `store.unavailable`.
    func open() throws(MusterError) -> (store: SQLiteStore, key: MasterKey) {
        guard DataDirectory.isInitialised(path) else { throw DataDirectory.missing(path) }
        guard FileManager.default.isWritableFile(atPath: databasePath) else {
            throw MusterError(.storeUnavailable, "The data directory \(path) is not writable.")
        }
        let key = try MasterKey(contentsOf: paths.key)
        let store = try SQLiteStore(
            path: databasePath,
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
        return (store, key)
    }

    /// Founds a directory.
    ///
    /// It comes to life by a rename, when everything is on disk, so that a founding that was cut
    /// short leaves nothing that looks like a directory.
    ///
    /// - Throws: ``MusterError`` with code `directory.initialised` or `store.unavailable`.
    func found(
        administrator: Username,
        password: PasswordHash
    ) async throws(MusterError) -> FoundedDirectory {
        try DataDirectory.refuseInitialised(path)
        paths.removeUnfinished()
        let key: MasterKey
        if FileManager.default.fileExists(atPath: paths.key) {
            key = try MasterKey(contentsOf: paths.key)
        } else {
            key = MasterKey.random()
            try key.write(to: paths.key)
        }
        let digester = SystemDigester(key)
        let store = try SQLiteStore(
            path: paths.unfinished,
            sealer: SodiumSealer(key),
            digester: digester
        )
        let founded = try await Founding(
            store: store,
            clock: SystemClock(),
            random: SystemRandom(),
            digester: digester
        ).found(administrator: administrator, password: password)
        try store.close()
        guard rename(paths.unfinished, databasePath) == 0, chmod(databasePath, 0o600) == 0 else {
            throw MusterError(.storeUnavailable, "The data directory \(path) is not writable.")
        }
        return founded
    }

    /// Refuses a folder in which a directory lives.
    ///
    /// - Throws: ``MusterError`` with code `directory.initialised`.
    static func refuseInitialised(_ path: String) throws(MusterError) {
        guard !isInitialised(path) else {
            throw MusterError(
                .directoryInitialised,
                "The directory in \(path) is initialised already. Nothing was changed."
            )
        }
    }
}
