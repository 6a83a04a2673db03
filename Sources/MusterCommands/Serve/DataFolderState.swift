import FoundationEssentials
import MusterCore
import SystemCalls

/// What lies in a data folder: one judgement, which every command asks for that is given one.
enum DataFolderState: Sendable, Equatable {
    /// No folder, or nothing of a directory in it.
    case empty
    /// A directory's database, be it whole or not.
    case initialised
    /// Files of a directory without its database; their names.
    case databaseMissing([String])
    /// The key of a directory that is in a database of PostgreSQL.
    case shared
    /// A folder that cannot be looked into; the system's reason.
    case unreadable(String)

    /// The most names of files in one sentence.
    static let namesShown = 5

    /// Looks at a folder.
    init(_ paths: DataPaths) {
        var status = stat()
        if stat(paths.database, &status) == 0 {
            self = .initialised
            return
        }
        guard errno == ENOENT || errno == ENOTDIR else {
            self = .unreadable(String(cString: strerror(errno)))
            return
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: paths.folder) else {
            // What is no folder is refused by whoever wants to make one there.
            let isThere = stat(paths.folder, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            let reason = access(paths.folder, R_OK | X_OK) == 0 ? EIO : errno
            self = isThere ? .unreadable(String(cString: strerror(reason))) : .empty
            return
        }
        guard stat(paths.sharedMark, &status) != 0 else {
            self = .shared
            return
        }
        let left = names.filter(DataFolderState.belongsToDirectory).sorted()
        // A bootstrap that was cut short has a key, and no database yet.
        let isBootstrapping =
            left == ["master.key"]
            && names.contains { $0 == "bootstrap.sqlite" || $0 == "founding.sqlite" }
        self = left.isEmpty || isBootstrapping ? .empty : .databaseMissing(left)
    }

    /// Whether a file tells that a directory lives here, or did.
    ///
    /// A lock alone does not: it is made to look.
    private static func belongsToDirectory(_ name: String) -> Bool {
        name == "master.key" || name.hasPrefix("muster.sqlite")
            || name.hasPrefix("before-restore-") || name.hasPrefix(UpgradeCopy.prefix)
    }

    /// Whether a process holds the folder's lock.
    static func isInUse(_ paths: DataPaths) -> Bool {
        let descriptor = SystemCalls.open(paths.lock, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0
    }
}
