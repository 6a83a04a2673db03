import MusterCore

extension DataFolderState {
    /// Demands a directory's database.
    ///
    /// - Parameters:
    ///   - paths: The folder.
    ///   - isHeld: Whether this process holds its lock.
    /// - Throws: ``MusterError`` with code `directory.missing` or `store.unavailable`, saying what to do.
    static func requireInitialised(_ paths: DataPaths, isHeld: Bool = false) throws(MusterError) {
        switch DataFolderState(paths) {
        case .initialised: return
        case .empty: throw missing(paths)
        case .databaseMissing(let names):
            throw lost(paths, names, isServed: !isHeld && isInUse(paths))
        case .shared: throw elsewhere(paths)
        case .unreadable(let reason): throw unreadable(paths, reason)
        }
    }

    /// Demands a folder in which nothing of a directory is, so that one can be created there.
    ///
    /// - Parameters:
    ///   - paths: The folder.
    ///   - isHeld: Whether this process holds its lock.
    /// - Throws: ``MusterError`` with code `directory.initialised`, `directory.missing` or `store.unavailable`.
    static func requireUnused(_ paths: DataPaths, isHeld: Bool = false) throws(MusterError) {
        switch DataFolderState(paths) {
        case .empty: return
        case .initialised:
            throw MusterError(
                .directoryInitialised,
                "The directory in \(paths.folder) is initialised already. Nothing was changed."
            )
        case .databaseMissing(let names):
            if !isHeld, isInUse(paths) { throw lost(paths, names, isServed: true) }
            throw MusterError(
                .directoryMissing,
                "\(paths.folder) has what is left of a directory: \(list(names)), without its muster.sqlite. Restore the "
                    + "last backup: muster restore --data-dir \(paths.folder) BACKUP, or move these files away for a new "
                    + "directory. Nothing was changed."
            )
        case .shared: throw elsewhere(paths)
        case .unreadable(let reason): throw unreadable(paths, reason)
        }
    }

    /// Refuses a folder that cannot be looked into.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    static func refuseUnreadable(_ paths: DataPaths) throws(MusterError) {
        if case .unreadable(let reason) = DataFolderState(paths) {
            throw unreadable(paths, reason)
        }
    }

    /// Refuses a folder whose database has gone while a server has it open: its data are in that process alone.
    ///
    /// - Throws: ``MusterError`` with code `directory.missing`.
    static func refuseLostInUse(_ paths: DataPaths) throws(MusterError) {
        if case .databaseMissing(let names) = DataFolderState(paths), isInUse(paths) {
            throw lost(paths, names, isServed: true)
        }
    }

    /// Says that no directory lives here.
    static func missing(_ paths: DataPaths) -> MusterError {
        MusterError(
            .directoryMissing,
            "There is no directory in \(paths.folder) yet. Run: muster init --data-dir \(paths.folder) "
                + "--admin admin@example.com"
        )
    }

    /// Says that the database has gone, and how to get it back.
    ///
    /// - Parameters:
    ///   - paths: The folder.
    ///   - names: What is left there.
    ///   - isServed: Whether a server still has it open.
    /// - Returns: The error.
    static func lost(
        _ paths: DataPaths,
        _ names: [String],
        isServed: Bool
    ) -> MusterError {
        guard isServed else {
            return MusterError(
                .directoryMissing,
                "\(paths.database) is gone, and what is left of the directory is \(list(names)). Restore the last backup: "
                    + "muster restore --data-dir \(paths.folder) BACKUP"
            )
        }
        return MusterError(
            .directoryMissing,
            "\(paths.database) is gone, but a running server still has it open. Do not stop that server before you have "
                + "copied its open files: see \"Files that are taken away\" in docs/operations.md."
        )
    }

    /// Says that the directory is in PostgreSQL, where nobody has asked for that.
    static func elsewhere(_ paths: DataPaths) -> MusterError {
        MusterError(
            .settingInvalid,
            "The directory of \(paths.folder) is in PostgreSQL. Say --store postgres, or set store.kind, and where it is: "
                + "store.postgres.url."
        )
    }

    private static func unreadable(_ paths: DataPaths, _ reason: String) -> MusterError {
        MusterError(
            .storeUnavailable,
            "The data directory \(paths.folder) cannot be read: \(reason)."
        )
    }

    private static func list(_ names: [String]) -> String {
        let more = names.count > namesShown ? ", ..." : ""
        return names.prefix(namesShown).joined(separator: ", ") + more
    }
}
