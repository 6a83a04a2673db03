import FoundationEssentials
import MusterCore
import MusterCrypto
import SystemCalls

/// The folder of the directory's files, held by one process at a time.
struct DataFolder: ~Copyable {
    let paths: DataPaths
    private let lock: FileLock
    /// Of the database itself: a lock of a file that can be removed without harm is removed some day.
    private let databaseLock: FileLock?

    private var path: String { paths.folder }
    /// The database.
    var databasePath: String { paths.database }

    /// Takes hold of a folder.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - creates: Whether to make it where it is not there.
    ///   - advice: What to do where another process holds it, as one more sentence.
    /// - Throws: ``MusterError`` with code `directory.missing` where nothing of a directory is there, or its database has
    ///   gone while a server has it open, and `store.unavailable` where the folder cannot be read or written, or another
    ///   process holds it.
    init(
        _ path: String,
        creates: Bool,
        advice: String = " Stop that one first, or name another folder with --data-dir."
    ) throws(MusterError) {
        let paths = DataPaths(folder: path)
        if creates {
            do {
                try NewFolder.make(path)
            } catch {
                throw MusterError(
                    .storeUnavailable,
                    NewFolder.failure("The data directory \(path)", path)
                        + " Name a place where this user may make one.",
                    cause: error
                )
            }
        } else if DataFolderState(paths) == .empty, FileModes.status(of: path) == nil {
            throw DataFolderState.missing(paths)
        }
        try DataFolderState.refuseUnreadable(paths)
        try DataFolderState.refuseLostInUse(paths)
        try OwnFolder.guardDataFolder(path)
        let lock = try FileLock(paths.lock, creates: true, holding: path, advice: advice)
        DurableFiles.giveToFolderOwner(paths.lock)
        let databaseLock = try DataFolder.lockDatabase(paths, advice: advice)
        self.paths = paths
        self.lock = lock
        self.databaseLock = databaseLock
    }

    private static func lockDatabase(
        _ paths: DataPaths,
        advice: String
    ) throws(MusterError) -> FileLock? {
        guard DataFolderState(paths) == .initialised else { return nil }
        return try FileLock(
            paths.database,
            creates: false,
            holding: paths.folder,
            advice: advice
        )
    }

    /// Gives the folder back, for another process to take hold of.
    ///
    /// The store has to be closed before.
    consuming func release() {}

    /// Opens the store of a directory that lives here.
    ///
    /// - Parameters:
    ///   - isForServing: Whether all of the database is read first, to find damage before somebody else does.
    ///   - onUpgrade: Told where the copy is that was kept, before a schema of an older version is changed.
    ///   - onLoss: As in ``StoreFactory``; told, too, where changes are left out of the log.
    /// - Returns: The store, and the key with which it is sealed.
    /// - Throws: ``MusterError`` with code `directory.missing`, also where the master key is another one than the
    ///   directory's, `store.too_new` or `store.unavailable`.
    func open(
        isForServing: Bool = false,
        onUpgrade: (String) -> Void = { _ in },
        onLoss: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws(MusterError) -> (opened: StoreFactory.Opened, key: MasterKey) {
        try DataFolderState.requireInitialised(paths, isHeld: true)
        guard FileManager.default.isWritableFile(atPath: databasePath) else {
            throw MusterError(
                .storeUnavailable,
                "This user may not write to \(databasePath). Run the command as the server's user."
            )
        }
        paths.removeSpools()
        let key = try MasterKey(contentsOf: paths.key)
        if isForServing, let leftOut = paths.leftOut { onLoss(leftOut) }
        let copy = UpgradeCopy(paths: paths)
        let opened: StoreFactory.Opened
        do throws(MusterError) {
            if isForServing { try DamageCheck(paths: paths).refuseDamaged(key) }
            if let kept = try copy.keep(key) { onUpgrade(kept) }
            opened = try factory(of: databasePath, key).open(onLoss: onLoss)
        } catch {
            throw copy.advised(error)
        }
        guard try opened.keyFits() else {
            try? await opened.store.close()
            throw MusterError(
                .directoryMissing,
                "\(paths.key) is not the master key of this directory. Put your copy of the right one back. "
                    + "Where that is lost, see \"The master key is lost\" in docs/operations.md."
            )
        }
        return (opened, key)
    }

    private func factory(of path: String, _ key: MasterKey) -> StoreFactory {
        StoreFactory(path: path, folder: self.path, key: key)
    }

    /// Creates a directory.
    ///
    /// It comes to life by a rename, when everything is on disk, so that a bootstrap that was cut
    /// short leaves nothing that looks like a directory.
    ///
    /// - Throws: ``MusterError`` with code `directory.initialised`, `directory.missing` where a directory has left other
    ///   files than its database, or `store.unavailable`.
    func bootstrap(
        administrator: Username,
        password: PasswordHash
    ) async throws(MusterError) -> BootstrappedDirectory {
        try DataFolderState.requireUnused(paths, isHeld: true)
        paths.removeUnfinished()
        // SQLite would make it as open as the process lets it. It is made before the key, so that a key beside it is known
        // to be of a bootstrap that was cut short.
        guard let unfinished = PrivateFile.create(paths.unfinished) else {
            throw MusterError(.storeUnavailable, "The data directory \(path) is not writable.")
        }
        close(unfinished)
        DurableFiles.giveToFolderOwner(paths.unfinished)
        let key: MasterKey
        if FileManager.default.fileExists(atPath: paths.key) {
            key = try MasterKey(contentsOf: paths.key)
        } else {
            key = MasterKey.random()
            try writing(paths.key) { try key.install(at: paths.key, replaces: false) }
        }
        let opened = try factory(of: paths.unfinished, key).open()
        let created = try await DirectoryBootstrap(
            store: opened.store,
            clock: SystemClock(),
            random: SystemRandom(),
            digester: SystemDigester(key)
        ).create(administrator: administrator, password: password)
        _ = try opened.keyFits()
        try await opened.store.close()
        try writing(databasePath) {
            try DurableFiles.sync(paths.unfinished)
            try DurableFiles.move(paths.unfinished, to: databasePath)
        }
        return created
    }

    /// Does work on files, and says in one way what goes wrong with it.
    private func writing(_ name: String, _ work: () throws -> Void) throws(MusterError) {
        do {
            try work()
        } catch let error as MusterError {
            throw error
        } catch {
            let reason = (error as? CommandError)?.message ?? "\(name) cannot be written."
            throw MusterError(.storeUnavailable, reason, cause: error)
        }
    }
}
