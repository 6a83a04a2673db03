import FoundationEssentials
import MusterCore
import MusterCrypto
import SystemCalls

/// File modes.
enum FileModes {
    /// The permission bits of a file; nil if it is not there.
    static func mode(of path: String) -> mode_t? {
        status(of: path).map { $0.st_mode & 0o7777 }
    }

    /// What the system says of a file; nil if it is not there.
    static func status(of path: String) -> stat? {
        var status = stat()
        return stat(path, &status) == 0 ? status : nil
    }

    /// Whether a folder is there.
    static func isFolder(_ path: String) -> Bool {
        status(of: path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    }

    /// The bits in octal.
    static func text(_ mode: mode_t) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

/// What is open to others, or missing, in the data folder.
struct FileFindings {
    let paths: DataPaths
    /// The folder of messages with codes.
    let outbox: String

    /// Everything that was found.
    func all() -> [Finding] {
        ([folder] + [key] + privateFiles + owners).compactMap(\.self)
            .orFine(.files, "Only the server's user can come near \(paths.folder).")
    }

    /// What others may read or write; the server tells of it when it starts.
    func open() -> [Finding] {
        ([folder] + [key] + privateFiles).compactMap(\.self)
    }

    private func error(_ text: String) -> Finding {
        Finding(.error, .files, text)
    }

    private var folder: Finding? {
        guard let mode = FileModes.mode(of: paths.folder) else { return nil }
        let advice = "Run: chmod 700 \(paths.folder)"
        if mode & 0o022 != 0 {
            return error(
                "Others may write to \(paths.folder), mode \(FileModes.text(mode)). \(advice)"
            )
        }
        guard mode & 0o077 != 0 else { return nil }
        return Finding(
            .warning,
            .files,
            "Others may look into \(paths.folder), mode \(FileModes.text(mode)). \(advice)"
        )
    }

    private var key: Finding? {
        guard let mode = FileModes.mode(of: paths.key) else {
            return error(
                "\(paths.key) is not there, so phone numbers cannot be read. Put it back from where you keep it."
            )
        }
        guard access(paths.key, R_OK) == 0 else {
            return error("This user may not read \(paths.key). Run the check as the server's user.")
        }
        guard (try? MasterKey(contentsOf: paths.key)) != nil else {
            return error("\(paths.key) holds no master key. Put it back from where you keep it.")
        }
        guard mode & 0o077 != 0 else { return nil }
        return error(
            "Others may read the master key, mode \(FileModes.text(mode)). Run: chmod 600 \(paths.key)"
        )
    }

    private var privateFiles: [Finding?] {
        let databases = ([""] + DataPaths.suffixes).map { paths.database + $0 }
        return (databases + [outbox]).map { path in
            guard let mode = FileModes.mode(of: path), mode & 0o077 != 0 else { return nil }
            return Finding(
                .warning,
                .files,
                "\(path) has mode \(FileModes.text(mode)): others may use it once they are in the folder. "
                    + "Run: chmod go= \(path)"
            )
        }
    }

    private var owners: [Finding?] {
        guard let folder = FileModes.status(of: paths.folder) else { return [] }
        let databases = ([""] + DataPaths.suffixes).map { paths.database + $0 }
        return (databases + [paths.key, paths.lock, outbox]).map { path in
            guard let status = FileModes.status(of: path), status.st_uid != folder.st_uid
            else {
                return nil
            }
            return Finding(
                .warning,
                .files,
                "\(path) belongs to another user than \(paths.folder), so the server may not be able to use it. As root, "
                    + "run: chown -R --reference=\(paths.folder) \(path)"
            )
        }
    }
}
