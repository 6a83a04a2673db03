import Foundation
import MusterCore
import MusterCrypto
import MusterSQLite

/// The folder of the directory's files, held by one process at a time.
struct DataDirectory: ~Copyable {
    private let path: String
    private let lock: FileLock

    /// The database.
    var databasePath: String { path + "/muster.sqlite" }
    private var foundingPath: String { path + "/founding.sqlite" }
    private var keyPath: String { path + "/master.key" }

    /// Takes hold of a folder.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - creates: Whether to make it where it is not there.
    ///   - advice: What to do where another process holds it, as one more sentence.
    /// - Throws: ``MusterError`` with code `directory.missing` where there is no such folder and
    ///   `store.unavailable` where it cannot be written or another process holds it.
    init(_ path: String, creates: Bool, advice: String = "") throws(MusterError) {
        self.path = path
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
        lock = try FileLock(path + "/muster.lock", holding: path, advice: advice)
    }

    /// Whether a directory lives here.
    static func isInitialised(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path + "/muster.sqlite")
    }

    private static func missing(_ path: String) -> MusterError {
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
        let key = try MasterKey(contentsOf: keyPath)
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
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: foundingPath + suffix)
        }
        let key: MasterKey
        if FileManager.default.fileExists(atPath: keyPath) {
            key = try MasterKey(contentsOf: keyPath)
        } else {
            key = MasterKey.random()
            try key.write(to: keyPath)
        }
        let digester = SystemDigester(key)
        let store = try SQLiteStore(
            path: foundingPath,
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
        guard rename(foundingPath, databasePath) == 0, chmod(databasePath, 0o600) == 0 else {
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
