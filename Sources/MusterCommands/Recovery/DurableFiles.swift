import FoundationEssentials
import SystemCalls

/// File operations that are on disk when they return.
enum DurableFiles {
    /// Brings a file's bytes, or a folder's names, to disk.
    ///
    /// - Throws: ``CommandError``.
    static func sync(_ path: String) throws(CommandError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    /// Gives a file, which is on disk, another name in the same folder; what had the name is replaced.
    ///
    /// - Throws: ``CommandError``.
    static func move(_ path: String, to name: String) throws(CommandError) {
        guard rename(path, name) == 0 else { throw failure(name) }
        try sync(folder(of: name))
    }

    /// Gives a file, which is on disk, another name that nothing may have.
    ///
    /// - Throws: ``CommandError`` where the name is taken.
    static func moveUnlessTaken(_ path: String, to name: String) throws(CommandError) {
        if link(path, name) == 0 {
            unlink(path)
            try sync(folder(of: name))
            return
        }
        guard errno != EEXIST, !FileManager.default.fileExists(atPath: name) else {
            throw taken(name)
        }
        // A file system without hard links.
        try move(path, to: name)
    }

    /// The folder in which a name stands.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Whether two names are one file.
    static func areSame(_ one: String, _ other: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard stat(one, &first) == 0, stat(other, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// Gives a file to whoever owns its folder, where the command may: the server runs as that user.
    static func giveToFolderOwner(_ path: String) {
        var status = stat()
        guard geteuid() == 0, stat(folder(of: path), &status) == 0 else { return }
        _ = lchown(path, status.st_uid, status.st_gid)
    }

    /// Why a backup is not written over a file.
    static func taken(_ path: String) -> CommandError {
        CommandError(.badInput, "\(path) is there already. Say --force to replace it.")
    }

    /// Why a call of the system has failed; the last one, where none is named.
    static func failure(_ path: String, _ error: Int32 = errno) -> CommandError {
        CommandError(
            .outputFailed,
            "\(path) cannot be written: \(String(cString: strerror(error)))."
        )
    }
}
