import FoundationEssentials
import MusterSQLite
import SystemCalls

/// Where the files of a directory are.
struct DataPaths: Sendable {
    /// The folder.
    let folder: String

    /// The database.
    var database: String { folder + "/muster.sqlite" }
    /// The database of a directory that is being created, until it is complete.
    var unfinished: String { folder + "/bootstrap.sqlite" }
    /// The former name of ``unfinished``; an older program that was killed during `init` may have left one.
    var formerUnfinished: String { folder + "/founding.sqlite" }
    /// The database of a directory that is being restored, until it is complete.
    var restoring: String { folder + "/restoring.sqlite" }
    /// The database of a directory that is being copied, until it is complete.
    var copying: String { folder + "/copying.sqlite" }
    /// The master key.
    var key: String { folder + "/master.key" }
    /// The file that says that the directory is in a database of PostgreSQL, of which this folder has the key.
    var sharedMark: String { folder + "/muster.postgres" }
    /// The lock.
    var lock: String { folder + "/muster.lock" }

    /// What SQLite appends to the name of a database that is in use, for the files beside it.
    static let suffixes = ["-wal", "-shm", "-journal"]
    /// Those of them in which changes are; the third is made again from the first whenever a database is opened.
    static let logSuffixes = ["-wal", "-journal"]

    /// What is left out of the database because its log does not check out, in sentences; nil if nothing is.
    var leftOut: String? {
        let commits = LogTail.commitsLeftOut(database + "-wal")
        guard commits > 0 else { return nil }
        return
            "\(database)-wal does not check out in its middle, and SQLite leaves out everything after that: "
            + "\(Count.text(Int64(commits), "commit")). Where no power failed while they were written, the disk has lost "
            + "changes that were acknowledged."
    }

    /// Removes what imports have left that were cut short between making a file and taking its name away.
    func removeSpools() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasPrefix("import-") && name.hasSuffix(".spool") {
            unlink(folder + "/" + name)
        }
    }

    /// Removes what a bootstrap, restoration or copy has left that was cut short.
    func removeUnfinished() {
        for path in [unfinished, formerUnfinished, restoring, copying] {
            for suffix in [""] + DataPaths.suffixes {
                try? FileManager.default.removeItem(atPath: path + suffix)
            }
        }
    }
}
