import Foundation

/// The sources of the core, and of other targets, for tests of what stands where.
enum CoreSources {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources")

    /// Every file by its path in the target, without comments.
    static let files = read("MusterCore")

    /// The files of any target, as ``files``.
    private static func read(_ target: String) -> [String: String] {
        let folder = folder.appending(path: target)
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
    }

    /// The files of a target in which a pattern occurs.
    static func files(
        with pattern: String,
        in target: String = "MusterCore"
    ) throws -> Set<String> {
        let pattern = try Regex(pattern).wordBoundaryKind(.simple)
        let sources = target == "MusterCore" ? files : read(target)
        return Set(sources.filter { $0.value.contains(pattern) }.keys)
    }
}
