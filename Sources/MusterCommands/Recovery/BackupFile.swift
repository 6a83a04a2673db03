import FoundationEssentials
import SystemCalls

/// A file that is said to be a backup, opened once to be read.
///
/// Its digest, what is in it, and the copy that is made of it are all read by this one descriptor.
final class BackupFile: Sendable {
    /// The file.
    let file: OpenFile

    /// What it is, to end a sentence with, where its first bytes are not a database's; nil for a database of SQLite.
    let foreignNoun: String?

    /// Bytes by which kinds of files are told.
    private static let beginning = 512

    /// Opens a file.
    ///
    /// - Throws: ``CommandError`` if there is no such file, or it cannot be read.
    init(_ path: String) throws(CommandError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if path == "-" {
                throw CommandError(
                    .usage,
                    "A backup is looked at as a whole before it is used, which needs a file. Save standard "
                        + "input to one, and name that."
                )
            }
            guard errno == ENOENT else { throw BackupFile.unreadable(path) }
            throw CommandError(.noInput, "\(path) is not there.")
        }
        // To open a device can do something, and to open a pipe can take forever.
        if let noun = ForeignFile.noun(status) { throw BackupFile.foreign(path, noun) }
        let descriptor = SystemCalls.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw BackupFile.unreadable(path) }
        let opened = OpenFile(path: path, descriptor: descriptor)
        guard let bytes = opened.bytes(BackupFile.beginning, at: 0),
            fstat(descriptor, &status) == 0
        else {
            let failure = BackupFile.unreadable(path)
            close(descriptor)
            throw failure
        }
        file = opened
        foreignNoun =
            ForeignFile.noun(status) ?? ForeignFile.noun(bytes, size: Int(status.st_size))
    }

    deinit {
        close(file.descriptor)
    }

    /// Refuses what is no database at all.
    ///
    /// - Throws: ``CommandError``.
    func refuseForeign() throws(CommandError) {
        if let foreignNoun { throw BackupFile.foreign(file.path, foreignNoun) }
    }

    private static func foreign(_ path: String, _ noun: String) -> CommandError {
        CommandError(
            .badInput,
            "\(path) is no backup of muster: it is \(noun). Nothing was changed."
        )
    }

    private static func unreadable(_ path: String) -> CommandError {
        CommandError(.noInput, "\(path) cannot be read: \(String(cString: strerror(errno))).")
    }
}
