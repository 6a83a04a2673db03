import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterSQLite
import SystemCalls

/// The directory whose place a backup takes: it is kept, in a folder of its own inside the data folder.
struct ReplacedDirectory: Sendable {
    /// The folder.
    let path: String

    private let paths: DataPaths
    private let hasDatabase: Bool

    /// Makes the folder, named by the present time; nil if nothing is there that would have to be kept.
    ///
    /// A log whose database has gone has to be: SQLite would take it for the restored database's own.
    ///
    /// - Parameters:
    ///   - paths: Where the directory is.
    ///   - withKey: Whether its master key is to be replaced.
    /// - Throws: ``CommandError``.
    init?(_ paths: DataPaths, withKey: Bool) throws(CommandError) {
        let files = ([""] + DataPaths.suffixes).map { paths.database + $0 }
        guard (files + (withKey ? [paths.key] : [])).contains(where: ReplacedDirectory.isThere)
        else {
            return nil
        }
        self.paths = paths
        hasDatabase = ReplacedDirectory.isThere(paths.database)
        let now = TimeText.text(SystemClock().now().rawValue)
        let name = paths.folder + "/before-restore-" + now.filter { $0 != "-" && $0 != ":" }
        var path = name
        for number in 2..<100 where FileManager.default.fileExists(atPath: path) {
            path = "\(name)-\(number)"
        }
        self.path = path
        guard mkdir(path, 0o700) == 0 else { throw DurableFiles.failure(path) }
        DurableFiles.giveToFolderOwner(path)
    }

    /// How far the directory had counted; nil if it cannot be read, or there is none.
    static func counters(_ paths: DataPaths) -> DirectoryCounters? {
        let key = MasterKey.random()
        return try? DatabaseInspection(
            path: paths.database,
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        ).counters()
    }

    /// Gives the database a second name in the folder, so that at every moment it has at least one; copies
    /// what belongs to it.
    ///
    /// - Throws: ``CommandError``.
    func keep(withKey: Bool) throws(CommandError) {
        let files = ([""] + DataPaths.logSuffixes).map {
            (paths.database + $0, path + "/muster.sqlite" + $0)
        }
        for (old, new) in files + (withKey ? [(paths.key, path + "/master.key")] : [])
        where ReplacedDirectory.isThere(old) {
            guard link(old, new) == 0 else { throw DurableFiles.failure(new) }
        }
        try DurableFiles.sync(path)
    }

    /// Takes the old database's log away, which must not be taken for the new one's.
    ///
    /// - Throws: ``CommandError``.
    func clear() throws(CommandError) {
        for suffix in DataPaths.suffixes { unlink(paths.database + suffix) }
        try DurableFiles.sync(paths.folder)
    }

    /// Puts back what was taken away, where the backup has not taken the directory's place in the end.
    func giveUp() {
        let kept = path + "/muster.sqlite"
        let isUntouched =
            hasDatabase
            ? DurableFiles.areSame(kept, paths.database)
            : !ReplacedDirectory.isThere(paths.database)
        guard isUntouched else { return }
        for suffix in DataPaths.logSuffixes { link(kept + suffix, paths.database + suffix) }
        rename(path + "/master.key", paths.key)
        for suffix in [""] + DataPaths.logSuffixes { unlink(kept + suffix) }
        rmdir(path)
    }

    private static func isThere(_ path: String) -> Bool {
        FileModes.status(of: path) != nil
    }
}
