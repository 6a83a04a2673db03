import Foundation
import MusterCore

/// A new folder for a socket, which only the user who runs the command can enter.
struct PrivateFolder: Sendable {
    /// The bytes that a socket's path may have (unix(7)), with the NUL behind it.
    private static let capacity = MemoryLayout.size(ofValue: sockaddr_un().sun_path)

    private let path: String

    /// Where the socket goes.
    var socketPath: String { path + "/socket" }

    /// Makes the folder, with mode 0700 and a name that nobody can foretell (mkdtemp(3)).
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable` where no folder for temporary files can be
    ///   written.
    init() throws(MusterError) {
        let usual = FileManager.default.temporaryDirectory.path
        for parent in [usual, "/tmp"] {
            var template = Array((parent + "/muster-XXXXXX").utf8CString)
            guard template.count + 7 <= PrivateFolder.capacity, mkdtemp(&template) != nil else {
                continue
            }
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
