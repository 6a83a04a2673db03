import FoundationEssentials
import MusterCore
import SystemCalls

/// Keeps others out of a folder of the directory's files.
enum OwnFolder {
    /// The first letters of all names that this program gives to what it puts into its folder.
    private static let names = [
        "muster.sqlite", "bootstrap.sqlite", "founding.sqlite", "restoring.sqlite",
        "copying.sqlite", "master.key", "muster.lock", "muster.postgres",
        "agent.sock", "outbox",
        "before-restore-", UpgradeCopy.prefix, "import-", ".muster-",
    ]

    /// Shuts the data folder to others where nothing but the directory lives in it, and refuses it where others may
    /// write to it all the same: they could put files of their own in place of the directory's.
    ///
    /// A folder that holds other things, too, serves other ends. It is left as it is; the directory's own files
    /// in it are their owner's alone from the moment they are there.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    static func guardDataFolder(_ path: String) throws(MusterError) {
        guard let status = FileModes.status(of: path) else { return }
        let bits = status.st_mode & 0o7777
        guard bits & 0o077 != 0 else { return }
        let isOurs = status.st_uid == geteuid() || geteuid() == 0
        if isOurs, bits & S_ISVTX == 0, holdsNothingElse(path), chmod(path, bits & ~0o077) == 0 {
            return
        }
        guard bits & 0o022 == 0 else {
            throw MusterError(
                .storeUnavailable,
                "Others may write to the data directory \(path), mode \(FileModes.text(bits)), and so replace its "
                    + "files. Run: chmod 700 \(path)"
            )
        }
    }

    /// Refuses a folder for messages to which others may write.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    static func guardOutbox(_ path: String) throws(MusterError) {
        guard let mode = FileModes.mode(of: path), mode & 0o022 != 0 else { return }
        throw MusterError(
            .settingInvalid,
            "Others may write to the folder codes.outbox, \(path), mode \(FileModes.text(mode)). "
                + "Run: chmod 700 \(path)"
        )
    }

    private static func holdsNothingElse(_ path: String) -> Bool {
        guard let found = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            return false
        }
        return found.allSatisfy { name in names.contains { name.hasPrefix($0) } }
    }
}
