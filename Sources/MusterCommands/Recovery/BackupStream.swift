import FoundationEssentials
import MusterCore
import SystemCalls
import WireJSON

/// A backup on its way to standard output.
struct BackupStream: Sendable {
    private static let pieceSize = 1 << 20

    let paths: DataPaths

    /// Makes the backup in a file that has no name any more when its first byte is written.
    ///
    /// A backup is checked before anybody gets it, which needs a file.
    ///
    /// - Returns: What is in it.
    /// - Throws: ``MusterError`` or ``CommandError``; where standard output is a terminal, nothing is made.
    func write() async throws -> JSONObject {
        guard !Console.standard.isTerminal else {
            throw CommandError(
                .usage,
                "A backup is nothing for a terminal. Name a file, or send standard output to one."
            )
        }
        let folder = try BackupStream.temporaryFolder()
        defer { rmdir(folder) }
        let path = folder + "/muster.backup"
        defer { unlink(path) }
        let record = try await DirectoryBackup(paths: paths, file: path, replaces: false).make()
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw BackupStream.unreadable }
        defer { close(file) }
        unlink(path)
        while true {
            guard let piece = try? Descriptor.read(file, upTo: BackupStream.pieceSize) else {
                throw BackupStream.unreadable
            }
            guard !piece.isEmpty else { break }
            try Console.standard.write(piece)
        }
        return JSONObject(
            record.members.map { name, value in (name, name == "file" ? .string("-") : value) }
        )
    }

    private static var unreadable: CommandError {
        CommandError(.fault, "The backup cannot be read back.")
    }

    /// A folder that nobody else may enter.
    static func temporaryFolder() throws(CommandError) -> String {
        let base = FileManager.default.temporaryDirectory.path
        var template = Array((base + "/muster-backup-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CommandError(
                .outputFailed,
                "No file can be made in \(base): \(String(cString: strerror(errno))). Set TMPDIR to a folder with room for the backup."
            )
        }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
