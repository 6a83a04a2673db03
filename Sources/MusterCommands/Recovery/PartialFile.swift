import Foundation
import MusterCore
import MusterCrypto

/// A new file that gets its name when it is complete, and that only its owner may read.
struct PartialFile: Sendable {
    /// Where the file is until then.
    let path: String

    private let name: String
    private let replaces: Bool

    /// Makes the file, empty, beside its place.
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
        path = name + ".partial-" + Hex.text(SystemRandom().bytes(4))
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw DurableFiles.failure(path) }
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

    /// Removes the file, if it has not got its name.
    func remove() {
        for suffix in [""] + DataPaths.suffixes { unlink(path + suffix) }
    }
}
