import Foundation

/// The sources of the core, for tests of what stands where.
enum CoreSources {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources/MusterCore")

    /// Every file by its path in the target, without comments.
    static let files: [String: String] = {
        var files: [String: String] = [:]
        let paths = FileManager.default.enumerator(atPath: folder.path)?
            .compactMap { $0 as? String }
        for path in paths ?? [] where path.hasSuffix(".swift") {
            let text = try? String(contentsOf: folder.appending(path: path), encoding: .utf8)
            files[path] = (text ?? "").split(separator: "\n")
                .filter { !$0.drop { $0 == " " }.hasPrefix("//") }
                .joined(separator: "\n")
        }
        return files
    }()

    /// The files in which a pattern occurs.
    static func files(with pattern: String) throws -> Set<String> {
        let pattern = try Regex(pattern).wordBoundaryKind(.simple)
        return Set(files.filter { $0.value.contains(pattern) }.keys)
    }
}
