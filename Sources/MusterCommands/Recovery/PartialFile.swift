import FoundationEssentials
import MusterCore
import MusterCrypto
import SystemCalls

/// A new file that gets its name when it is complete, and that only its owner may read.
///
/// As long as this object lives it holds a lock on the file (flock(2)), by which those that were left behind by a
/// command that was killed are known.
final class PartialFile: Sendable {
    private static let mark = ".partial-"
    /// Hexadecimal digits after the mark.
    private static let digits = 8

    /// Where the file is until then.
    let path: String
    /// The file, open to read and write.
    let descriptor: Int32

    private let name: String
    private let replaces: Bool

    /// The file, to be read and written by its descriptor alone.
    var file: OpenFile { OpenFile(path: path, descriptor: descriptor) }

    /// Makes the file, empty, beside its place; removes what others of the same name have left there.
    ///
    /// - Parameters:
    ///   - name: The name that it is to have.
    ///   - replaces: Whether another file of that name may be replaced.
    /// - Throws: ``CommandError`` where the name is taken, or nothing can be written there.
    init(_ name: String, replaces: Bool) throws(CommandError) {
        var status = stat()
        if stat(name, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw CommandError(.badInput, "\(name) is there already and is no file.")
            }
            guard replaces else { throw DurableFiles.taken(name) }
        }
        self.name = name
        self.replaces = replaces
        PartialFile.removeAbandoned(name)
        path = name + PartialFile.mark + Hex.text(SystemRandom().bytes(PartialFile.digits / 2))
        guard let descriptor = PrivateFile.create(path) else { throw DurableFiles.failure(name) }
        self.descriptor = descriptor
        // Between the two calls another command may have taken it for one that was left.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &status) == 0,
            status.st_nlink > 0
        else {
            throw CommandError(.tryAgain, "\(path) has just been removed. Try again.")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Brings the file to disk and gives it its name.
    ///
    /// - Throws: ``CommandError``.
    func publish() throws(CommandError) {
        try DurableFiles.sync(path)
        if replaces {
            try DurableFiles.move(path, to: name)
        } else {
            try DurableFiles.moveUnlessTaken(path, to: name)
        }
    }

    /// Removes the file, if it has not got its name, and what SQLite has put beside it.
    func remove() {
        PartialFile.remove(path)
    }

    /// Removes the files that commands which were killed have left beside a name.
    static func removeAbandoned(_ name: String) {
        let folder = DurableFiles.folder(of: name)
        let start = (name.split(separator: "/").last.map(String.init) ?? name) + mark
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        // Each by its own name, also where only a journal is left.
        let left = Set(
            entries.filter { $0.hasPrefix(start) }.map { $0.prefix(start.count + digits) }
        )
        for partial in left
        where partial.dropFirst(start.count).allSatisfy(\.isHexDigit)
            && partial.count == start.count + digits
        {
            removeIfAbandoned(folder + "/" + partial)
        }
    }

    private static func removeIfAbandoned(_ path: String) {
        let descriptor = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        let isFree =
            descriptor >= 0 ? flock(descriptor, LOCK_EX | LOCK_NB) == 0 : errno == ENOENT
        if isFree { remove(path) }
    }

    private static func remove(_ path: String) {
        for suffix in [""] + DataPaths.suffixes { unlink(path + suffix) }
    }
}
