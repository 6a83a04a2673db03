import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterPostgres

/// The folder of the directory's files, held by one process at a time.
struct DataFolder: ~Copyable {
    let paths: DataPaths
    /// What keeps the directory.
    let store: StoreChoice
    private let lock: FileLock
    /// Of the database itself: a lock of a file that can be removed without harm is removed some day.
    private let databaseLock: FileLock?

    var path: String { paths.folder }
    /// The database.
    var databasePath: String { paths.database }

    /// Takes hold of a folder.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - store: What keeps the directory.
    ///   - creates: Whether to make it where it is not there.
    ///   - advice: What to do where another process holds it, as one more sentence.
    /// - Throws: ``MusterError`` with code `directory.missing` where nothing of a directory is there, or its database has
    ///   gone while a server has it open, and `store.unavailable` where the folder cannot be read or written, or another
    ///   process holds it.
    init(
        _ path: String,
        store: StoreChoice = .sqlite,
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
        } else if FileModes.status(of: path) == nil {
            throw DataFolderState.nothing(paths, store)
        }
        try DataFolderState.refuseUnreadable(paths)
        if store.isShared {
            try DataFolderState.refuseOwnDirectory(paths)
        } else {
            try DataFolderState.refuseLostInUse(paths)
        }
        try OwnFolder.guardDataFolder(path)
        let lock = try FileLock(paths.lock, creates: true, holding: path, advice: advice)
        DurableFiles.giveToFolderOwner(paths.lock)
        let databaseLock = try DataFolder.lockDatabase(paths, advice: advice)
        self.paths = paths
        self.store = store
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
    ///   - rule: What is done while the copy of a directory that others serve, too, is not fresh; nil if none is kept.
    ///   - onUpgrade: Told where the copy is that was kept, before a schema of an older version is changed.
    ///   - onLoss: As in ``StoreFactory``; told, too, where changes are left out of the log.
    ///   - tell: Told what becomes of the copy of a directory that others serve, too.
    /// - Returns: The store, and the key with which it is sealed.
    /// - Throws: ``MusterError`` with code `directory.missing`, also where the master key is another one than the
    ///   directory's, `store.too_new` or `store.unavailable`.
    func open(
        isForServing: Bool = false,
        whenStale rule: StaleRule? = nil,
        onUpgrade: (String) -> Void = { _ in },
        onLoss: @escaping @Sendable (String) -> Void = { _ in },
        onReplica tell: @escaping @Sendable (ReplicaNote) -> Void = { _ in }
    ) async throws(MusterError) -> (opened: StoreFactory.Opened, key: MasterKey) {
        if case .postgres(let address) = store {
            return try await openShared(address, whenStale: rule, tell: tell)
        }
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
            opened = try await factory(of: databasePath, key).open(onLoss: onLoss)
        } catch {
            throw copy.advised(error)
        }
        try await requireKey(opened)
        return (opened, key)
    }

    /// Refuses the key of another directory.
    func requireKey(_ opened: StoreFactory.Opened) async throws(MusterError) {
        guard try await !opened.keyFits() else { return }
        try? await opened.store.close()
        throw MusterError(
            .directoryMissing,
            "\(paths.key) is not the master key of this directory. Put your copy of the right one back. "
                + "Where that is lost, see \"The master key is lost\" in docs/operations.md."
        )
    }

    /// Looks for damage beside those who are served, where that takes long, and calls `note` if there is any.
    func lookLater(_ key: MasterKey, _ note: @escaping @Sendable () -> Void) {
        // A database of PostgreSQL is its operator's to look at.
        guard !store.isShared else { return }
        DamageCheck(paths: paths).lookLater(key, note)
    }
}
