import CSQLiteSetup
import FoundationEssentials
import MusterCore
import MusterSQL
import SystemCalls

/// Opens a database to look at it, also where nothing can be written beside it.
enum ReadOnlyDatabase {
    /// Opens a file, or what is open already.
    ///
    /// - Throws: ``MusterError`` with code `directory.missing` or `store.unavailable`, saying what to do.
    static func open(_ source: DatabaseSource) throws(MusterError) -> SQLiteHandle {
        switch source {
        case .file(let path): return try open(path)
        case .descriptor(let descriptor, let name):
            do {
                // What CDescriptorVFS takes a name for.
                return try handle("file:\(descriptor)?vfs=muster-descriptor&immutable=1")
            } catch {
                throw inWords(name, error)
            }
        }
    }

    /// Opens a file.
    ///
    /// SQLite makes two files beside a database with a write-ahead log, to share it with others. Where the folder or its
    /// file system cannot be written, nobody is there to share it with, and it is read as a file that nobody changes
    /// (https://www.sqlite.org/uri.html, `immutable`), if no log is left that would have to be taken into account.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`, saying what to do.
    static func open(_ path: String) throws(MusterError) -> SQLiteHandle {
        do {
            return try handle(plain(path))
        } catch {
            guard access(DatabaseFolder.path(of: path), W_OK) != 0 else {
                throw refusal(path, error)
            }
        }
        guard DatabaseFolder.size(of: path + "-wal") == 0 else {
            throw MusterError(
                .storeUnavailable,
                "\(path) was not closed: changes are left in \(path)-wal, and nothing can be written beside it. "
                    + "Copy both to a folder that can be written, and look there."
            )
        }
        do {
            return try handle("file:" + escaped(path) + "?immutable=1")
        } catch {
            throw refusal(path, error)
        }
    }

    /// Opens a file that nobody else uses, as a server does, so that SQLite removes at the end what it puts beside it.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    static func openAlone(_ path: String) throws(MusterError) -> SQLiteHandle {
        do {
            let handle = try SQLiteHandle(writing: plain(path))
            try handle.runOnce("PRAGMA query_only = ON")
            return handle
        } catch {
            throw refusal(path, error)
        }
    }

    /// Refuses what is not there, cannot be read, or is empty, which SQLite takes for a database without tables.
    ///
    /// The file is not opened for that: to close it would take away the locks that SQLite has on it in this process
    /// (fcntl(2)), and a server looks at its own database.
    ///
    /// - Throws: ``MusterError`` with code `directory.missing`, or `store.unavailable` where it cannot be read.
    static func requireContent(_ path: String) throws(MusterError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw unreadable(path, errno) }
            throw MusterError(.directoryMissing, "\(path) is not there.")
        }
        guard access(path, R_OK) == 0 else { throw unreadable(path, errno) }
        guard status.st_size > 0 else { throw MusterError(.directoryMissing, "\(path) is empty.") }
    }

    /// Opens a path or URI and reads once, since SQLite finds out no sooner what it cannot do.
    private static func handle(_ path: String) throws -> SQLiteHandle {
        let handle = try SQLiteHandle(lookingAt: path)
        try handle.runOnce("SELECT count(*) FROM sqlite_schema")
        return handle
    }

    /// A path that is not taken for a URI.
    static func plain(_ path: String) -> String {
        path.utf8.starts(with: "file:".utf8) ? "./" + path : path
    }

    /// A path as a part of a URI (RFC 3986 section 2.1).
    private static func escaped(_ path: String) -> String {
        var text = ""
        for byte in path.utf8 {
            switch UInt8(byte) {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"),
                UInt8(ascii: "."), UInt8(ascii: "_"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                text += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return text
    }

    private static func refusal(_ path: String, _ error: any Error) -> MusterError {
        for file in [path, path + "-wal", path + "-shm"] where access(file, F_OK) == 0 {
            guard access(file, R_OK) == 0 else { return unreadable(file, errno) }
        }
        return inWords(path, error)
    }

    /// Says why a file cannot be read, as far as SQLite knows.
    private static func inWords(_ path: String, _ error: any Error) -> MusterError {
        if let error = error as? MusterError { return error }
        let refusal = error as? SQLiteError
        if refusal?.code == SQLITE_NOTADB {
            return MusterError(
                .directoryMissing,
                "\(path) is no database of SQLite.",
                cause: Trouble.damage
            )
        }
        let trouble = Trouble(error)
        let reason =
            trouble == .damage ? "it is damaged" : refusal.map { "SQLite's reason is \($0.reason)" }
        return MusterError(
            .storeUnavailable,
            "\(path) cannot be read: \(reason ?? "for a reason unknown").",
            cause: trouble ?? error
        )
    }

    private static func unreadable(_ path: String, _ error: Int32) -> MusterError {
        MusterError(
            .storeUnavailable,
            "\(path) cannot be read: \(String(cString: strerror(error)))."
        )
    }
}

/// Looks at what is beside a database.
private enum DatabaseFolder {
    /// The folder in which a file lies.
    static func path(of file: String) -> String {
        URL(fileURLWithPath: file).deletingLastPathComponent().path
    }

    /// A file's bytes; 0 where it is not there.
    static func size(of path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }
}
