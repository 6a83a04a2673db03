import FoundationEssentials
import MusterCore
import SystemCalls

/// A new folder for a socket, which only the user who runs the command can enter.
struct PrivateFolder: Sendable {
    private let path: String

    /// Where the socket goes.
    var socketPath: String { path + "/socket" }

    /// Makes the folder, with mode 0700 and a name that nobody can foretell (mkdtemp(3)).
    ///
    /// - Parameter usual: Where it goes, unless its path were too long there.
    /// - Throws: ``MusterError`` with code `store.unavailable` where no folder for temporary files can be
    ///   written.
    init(
        in usual: String = FileManager.default.temporaryDirectory.path
    ) throws(MusterError) {
        for parent in [usual, "/tmp"] {
            guard var template = SocketPath.template(parent + "/muster-"), mkdtemp(&template) != nil
            else { continue }
            path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
            return
        }
        throw MusterError(
            .storeUnavailable,
            "No folder can be made for temporary files. Set TMPDIR to one that can be written."
        )
    }

    /// Removes the folder and what is in it.
    func remove() {
        unlink(socketPath)
        rmdir(path)
    }
}
