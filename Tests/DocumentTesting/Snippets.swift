import FoundationEssentials

/// The Swift code in documentation, compared with code that is compiled.
package struct Snippets {
    private static let root = String(#filePath.split(separator: "/Tests/")[0]) + "/"

    /// The pieces of code, line by line, without what they are indented by.
    package let blocks: [[Substring]]

    /// The code between ```` ```swift ```` and ```` ``` ```` in a document of the package.
    package init(document path: String) throws {
        blocks = Snippets.blocks(try Snippets.lines(path))
    }

    /// The code in the comments of all sources in a folder of the package.
    package init(commentsIn folder: String) throws {
        let files = try FileManager.default.subpathsOfDirectory(atPath: Snippets.root + folder)
        let comments = try files.filter { $0.hasSuffix(".swift") }.flatMap { file in
            try Snippets.lines(folder + "/" + file)
                .filter { $0.hasPrefix("///") }
                .map { $0.dropFirst(3).trimmingPrefix(while: \.isWhitespace) }
        }
        blocks = Snippets.blocks(comments)
    }

    /// The pieces of code that are not in a source of the package.
    ///
    /// What a piece imports, the source imports somewhere.
    package func missing(from source: String) throws -> [String] {
        let code = try Snippets.lines(source)
        return blocks.filter { block in
            let head = block.prefix { $0.hasPrefix("import ") || $0.isEmpty }
            let body = block.dropFirst(head.count)
            return !head.allSatisfy(code.contains)
                || !code.indices.contains { start in code[start...].starts(with: body) }
        }.map { $0.joined(separator: "\n") }
    }

    private static func blocks(_ lines: [Substring]) -> [[Substring]] {
        var blocks: [[Substring]] = []
        var block: [Substring]?
        for line in lines {
            switch (line, block) {
            case ("```swift", nil): block = []
            case ("```", let finished?):
                blocks.append(finished)
                block = nil
            case (_, .some): block?.append(line)
            default: break
            }
        }
        return blocks
    }

    private static func lines(_ path: String) throws -> [Substring] {
        let data = try Data(contentsOf: URL(filePath: root + path))
        return String(decoding: data, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.trimmingPrefix(while: \.isWhitespace) }
    }
}
