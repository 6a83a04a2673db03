import FoundationEssentials
import SystemCalls

/// Folders that a command makes where they are not there.
enum NewFolder {
    /// Makes a folder, and those above it, for their owner alone, where it is not there.
    ///
    /// - Throws: What the system says; ``failure(_:_:)`` says it to people.
    static func make(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    /// Says that a folder cannot be made, and why, as far as the way to it tells.
    ///
    /// - Parameters:
    ///   - noun: What the folder is, with its path, to begin the sentence with.
    ///   - path: The folder.
    /// - Returns: The sentence.
    static func failure(_ noun: String, _ path: String) -> String {
        "\(noun) cannot be made" + (obstacle(path).map { ": \($0)." } ?? ".")
    }

    /// What is in the way of a folder; nil if that cannot be seen.
    static func obstacle(_ path: String) -> String? {
        var place = path
        while FileModes.status(of: place) == nil, place != ".", place != "/" {
            place = DurableFiles.folder(of: place)
        }
        guard let status = FileModes.status(of: place) else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            guard access(place, W_OK | X_OK) != 0 else { return nil }
            return "\(place): \(String(cString: strerror(errno)))"
        case S_IFREG: return "\(place) is a file"
        default: return "\(place) is no folder"
        }
    }
}
