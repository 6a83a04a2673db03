import FoundationEssentials

/// A folder that lives as long as this object.
public final class TemporaryFolder: Sendable {
    /// Where the folder is.
    public let path: String

    /// Makes a folder.
    ///
    /// - Parameter place: Where; nil for where temporary files lie.
    /// - Throws: What the file system answers.
    public init(in place: String? = nil) throws {
        let name = "muster-test-" + UUID().uuidString.lowercased()
        path = (place ?? FileManager.default.temporaryDirectory.path) + "/" + name
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of something in the folder.
    public func file(_ name: String) -> String {
        path + "/" + name
    }

    /// The permission bits of something in the folder.
    ///
    /// - Throws: What the file system answers.
    public func permissions(_ name: String) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: file(name))
        return (attributes[.posixPermissions] as? UInt).map { Int($0) }
    }

    /// All bytes of something in the folder.
    ///
    /// - Throws: What the file system answers.
    public func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: file(name))))
    }
}
