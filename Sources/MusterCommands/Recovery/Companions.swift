import FoundationEssentials
import SystemCalls

/// Files that SQLite takes for a part of a database because of their names alone (https://www.sqlite.org/tempfiles.html).
///
/// Whoever may make a file in the folder of a database so decides what is read in it.
enum Companions {
    /// Those that lie beside a file, be they links that lead nowhere.
    static func beside(_ path: String) -> [String] {
        DataPaths.suffixes.map { path + $0 }.filter { status(of: $0) != nil }
    }

    /// Refuses those beside a file that is a backup by itself.
    ///
    /// - Throws: ``CommandError``.
    static func refuseAny(beside path: String) throws(CommandError) {
        guard let first = beside(path).first else { return }
        throw CommandError(
            .badInput,
            "\(first) lies there, which by its name would be a part of \(path), and a backup is one file. Remove it, "
                + "or copy the backup alone to another folder. Nothing was changed."
        )
    }

    /// Refuses those beside a file that belong to somebody else than the file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - owner: The file's owner.
    ///   - caller: Who runs the command.
    /// - Throws: ``CommandError``.
    static func refuseStrangers(
        beside path: String,
        of owner: uid_t,
        as caller: uid_t = geteuid()
    ) throws(CommandError) {
        for name in beside(path) {
            guard let other = status(of: name)?.st_uid, !mayWrite(other, for: owner, as: caller)
            else { continue }
            throw CommandError(
                .badInput,
                "\(name) belongs to another user (\(other)) than \(path) (\(owner)), and would be a part of it. Remove it, "
                    + "or copy what you trust to another folder. Nothing was changed."
            )
        }
    }

    /// Whether one user may decide what is in a database of another: root may, and whoever runs the command.
    static func mayWrite(_ user: uid_t, for owner: uid_t, as caller: uid_t) -> Bool {
        [owner, caller, 0].contains(user)
    }

    /// Refuses those beside the name of a file that is to be made and may replace nothing.
    ///
    /// - Throws: ``CommandError``.
    static func refuseTaken(beside path: String) throws(CommandError) {
        guard let first = beside(path).first else { return }
        throw CommandError(
            .badInput,
            "\(first) is there already, which by its name would be a part of \(path). Say --force to remove it."
        )
    }

    /// Removes those beside a file that has been replaced: they were the former one's.
    ///
    /// - Throws: ``CommandError`` where one cannot be removed; the file stays.
    static func remove(beside path: String) throws(CommandError) {
        let names = beside(path)
        guard !names.isEmpty else { return }
        for name in names where unlink(name) != 0 {
            let reason = String(cString: strerror(errno))
            throw CommandError(
                .outputFailed,
                "\(path) is made, but \(name) of the former one cannot be removed: \(reason). As long as it is there "
                    + "the backup is refused."
            )
        }
        try DurableFiles.sync(DurableFiles.folder(of: path))
    }

    /// What the system says of a name, be it a link.
    private static func status(of path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }
}
