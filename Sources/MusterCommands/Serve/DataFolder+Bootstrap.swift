import FoundationEssentials
import MusterCore
import MusterCrypto
import SystemCalls

extension DataFolder {
    func factory(of path: String, _ key: MasterKey) -> StoreFactory {
        StoreFactory(place: .file(path), folder: self.path, key: key)
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
        if case .postgres(let address) = store {
            return try await bootstrapShared(address, administrator, password)
        }
        try DataFolderState.requireUnused(paths, isHeld: true)
        paths.removeUnfinished()
        // SQLite would make it as open as the process lets it. It is made before the key, so that a key beside it is known
        // to be of a bootstrap that was cut short.
        guard let unfinished = PrivateFile.create(paths.unfinished) else {
            throw MusterError(.storeUnavailable, "The data directory \(path) is not writable.")
        }
        close(unfinished)
        DurableFiles.giveToFolderOwner(paths.unfinished)
        let (key, _) = try bootstrapKey()
        let opened = try await factory(of: paths.unfinished, key).open()
        let created = try await DataFolder.bootstrap(opened.store, key)
            .create(administrator: administrator, password: password)
        _ = try await opened.keyFits()
        try await opened.store.close()
        try writing(databasePath) {
            try DurableFiles.sync(paths.unfinished)
            try DurableFiles.move(paths.unfinished, to: databasePath)
        }
        return created
    }

    /// The master key of a directory that is created: the one that is there, or a new one, which is on disk before anything is
    /// sealed with it.
    ///
    /// - Returns: The key, and whether it is a new one.
    /// - Throws: ``MusterError`` with code `directory.missing` or `store.unavailable`.
    func bootstrapKey() throws(MusterError) -> (key: MasterKey, isNew: Bool) {
        guard !FileManager.default.fileExists(atPath: paths.key) else {
            return (try MasterKey(contentsOf: paths.key), false)
        }
        let key = MasterKey.random()
        try writing(paths.key) { try key.install(at: paths.key, replaces: false) }
        return (key, true)
    }

    /// What creates a directory in an open store.
    static func bootstrap(_ store: any DirectoryStore, _ key: MasterKey) -> DirectoryBootstrap {
        DirectoryBootstrap(
            store: store,
            clock: SystemClock(),
            random: SystemRandom(),
            digester: SystemDigester(key)
        )
    }

    /// Does work on files, and says in one way what goes wrong with it.
    func writing(_ name: String, _ work: () throws -> Void) throws(MusterError) {
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
