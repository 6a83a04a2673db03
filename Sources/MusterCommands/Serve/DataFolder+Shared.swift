import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterPostgres
import SystemCalls

/// The folder of a process that serves a directory in PostgreSQL: it has the key, and no database.
extension DataFolder {
    /// Opens the directory in a database, and notes that this folder belongs to it.
    ///
    /// - Parameters:
    ///   - address: Where it is.
    ///   - rule: What is done while the copy beside the node is not fresh; nil if none is kept.
    ///   - tell: Told what becomes of the copy.
    /// - Returns: The store, and the key with which it is sealed.
    /// - Throws: ``MusterError`` with code `directory.missing`, also where the key is another one, `store.too_new` or
    ///   `store.unavailable`.
    func openShared(
        _ address: PostgresAddress,
        whenStale rule: StaleRule?,
        tell: @escaping @Sendable (ReplicaNote) -> Void
    ) async throws(MusterError) -> (opened: StoreFactory.Opened, key: MasterKey) {
        guard FileManager.default.fileExists(atPath: paths.key) else {
            throw DataFolderState.nothing(paths, store)
        }
        paths.removeSpools()
        let key = try MasterKey(contentsOf: paths.key)
        let factory = factory(address, .serving, key)
        let opened = try await factory.open()
        // As a change, though it is none: on the connection that is open by now, and with the time that changes have.
        let lacking = try await opened.store.write { transaction throws(MusterError) in
            try transaction.identity() == nil
                ? DataFolder.nothingInDatabase(hasUsers: try transaction.userCount() > 0) : nil
        }
        if let lacking {
            try? await opened.store.close()
            throw lacking
        }
        try await requireKey(opened)
        try mark()
        guard let rule else { return (opened, key) }
        return (factory.replicate(opened, whenStale: rule, tell: tell), key)
    }

    /// Creates a directory in a database, in one transaction.
    ///
    /// Of several processes that do so at once one wins. The key is on disk before anything is sealed with it; where another
    /// directory turns out to be there, the one that was made here is taken away again.
    ///
    /// - Throws: ``MusterError`` with code `directory.initialised` or `store.unavailable`.
    func bootstrapShared(
        _ address: PostgresAddress,
        _ administrator: Username,
        _ password: PasswordHash
    ) async throws(MusterError) -> BootstrappedDirectory {
        let (key, isOwn) = try bootstrapKey()
        let opened: StoreFactory.Opened
        do throws(MusterError) {
            opened = try await factory(address, .creating, key).open()
        } catch {
            if isOwn { unlink(paths.key) }
            throw error
        }
        let created: BootstrappedDirectory
        do throws(MusterError) {
            created = try await DataFolder.bootstrap(opened.store, key)
                .create(administrator: administrator, password: password)
        } catch {
            try? await opened.store.close()
            // After any other failure a directory may have come into being that is sealed with it.
            if isOwn, error.code == .directoryInitialised { unlink(paths.key) }
            throw error
        }
        _ = try await opened.keyFits()
        try await opened.store.close()
        try mark()
        return created
    }

    /// Refuses a database in which a directory is already, or that will not do, and changes nothing.
    ///
    /// - Throws: ``MusterError`` with code `directory.initialised`, `store.too_new` or `store.unavailable`.
    static func requireUnused(_ address: PostgresAddress, folder: String) async throws(MusterError)
    {
        let opened: StoreFactory.Opened
        do throws(MusterError) {
            // Nothing is opened that was sealed, so any key will do.
            opened = try await StoreFactory(
                place: .database(address, .looking),
                folder: folder,
                key: MasterKey.random()
            ).open()
        } catch {
            guard error.code == .directoryMissing else { throw error }
            return
        }
        let found: Result<MusterError?, MusterError>
        do throws(MusterError) {
            found = .success(try await DataFolder.present(in: opened.store))
        } catch {
            found = .failure(error)
        }
        try? await opened.store.close()
        if let present = try found.get() { throw present }
    }

    /// That the database has no directory in it.
    ///
    /// - Parameter hasUsers: Whether there are users all the same, of a copy that is not complete.
    /// - Returns: The error.
    static func nothingInDatabase(hasUsers: Bool) -> MusterError {
        MusterError(
            .directoryMissing,
            hasUsers
                ? "A copy of a directory into the database was begun, and is not complete. The same muster store copy goes on with it."
                : "There is no directory in the database yet. Run: muster init --store postgres --admin admin@example.com"
        )
    }

    /// What stands in the way of a new directory; nil if nothing does.
    private static func present(
        in store: any DirectoryStore
    ) async throws(MusterError) -> MusterError? {
        try await store.read(.bounded) { reader throws(MusterError) in
            guard try reader.identity() == nil else { return .isInitialised }
            return try reader.userCount() == 0 ? nil : .copyIsBegun
        }
    }

    private func factory(
        _ address: PostgresAddress,
        _ purpose: PostgresPurpose,
        _ key: MasterKey
    ) -> StoreFactory {
        StoreFactory(place: .database(address, purpose), folder: path, key: key)
    }

    /// Notes in the folder where its directory is, for those who look without saying so.
    private func mark() throws(MusterError) {
        guard FileModes.status(of: paths.sharedMark) == nil else { return }
        guard let descriptor = PrivateFile.create(paths.sharedMark) else {
            throw MusterError(.storeUnavailable, "The data directory \(path) is not writable.")
        }
        close(descriptor)
        DurableFiles.giveToFolderOwner(paths.sharedMark)
    }
}

extension StoreChoice {
    /// Whether several processes may serve the directory.
    var isShared: Bool {
        if case .postgres = self { true } else { false }
    }
}

extension DataFolderState {
    /// Refuses the folder of a directory that has its own database there.
    ///
    /// - Throws: ``MusterError`` with code `directory.initialised`.
    static func refuseOwnDirectory(_ paths: DataPaths) throws(MusterError) {
        guard DataFolderState(paths) == .initialised else { return }
        throw MusterError(
            .directoryInitialised,
            "\(paths.folder) has a directory of its own in \(paths.database). Name another folder for what is in PostgreSQL, or "
                + "move that file away. Nothing was changed."
        )
    }

    /// That nothing of a directory is in the folder, and what to do.
    static func nothing(_ paths: DataPaths, _ store: StoreChoice) -> MusterError {
        guard store.isShared else { return missing(paths) }
        return MusterError(
            .directoryMissing,
            "\(paths.key) is not there. Copy the master key of the directory in PostgreSQL to it. For a new directory, run: "
                + "muster init --store postgres --data-dir \(paths.folder) --admin admin@example.com"
        )
    }
}
