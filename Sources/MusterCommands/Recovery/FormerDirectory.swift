import Foundation
import MusterCore
import MusterCrypto
import MusterSQLite

/// The directory whose place a backup takes: it is kept, in a folder of its own inside the data folder.
struct FormerDirectory: Sendable {
    /// The folder.
    let path: String

    private let paths: DataPaths

    /// Makes the folder, named by the present time.
    ///
    /// - Throws: ``CommandError``.
    init(_ paths: DataPaths) throws(CommandError) {
        self.paths = paths
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

    /// How far the directory had counted; nil where it cannot be read, or there is none.
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
        guard link(paths.database, path + "/muster.sqlite") == 0 else {
            throw DurableFiles.failure(path)
        }
        let others = ["-wal"].map { (paths.database + $0, path + "/muster.sqlite" + $0) }
        for (old, new) in others + (withKey ? [(paths.key, path + "/master.key")] : [])
        where FileManager.default.fileExists(atPath: old) {
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
        guard DurableFiles.areSame(kept, paths.database) else { return }
        link(kept + "-wal", paths.database + "-wal")
        rename(path + "/master.key", paths.key)
        for suffix in ["", "-wal"] { unlink(kept + suffix) }
        rmdir(path)
    }
}
