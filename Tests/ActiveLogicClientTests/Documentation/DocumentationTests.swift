import FoundationEssentials
import Testing

@Suite("Documentation")
struct DocumentationTests {
    private static let root = String(#filePath.split(separator: "/Tests/")[0]) + "/"
    private static let guides = [
        "Sources/ActiveLogicClient/Documentation.docc/ActiveLogicClient.md",
        "docs/activelogic-client.md",
    ]

    @Test("every snippet of the catalogue and the guide is compiled", arguments: guides)
    func compiled(_ path: String) throws {
        let blocks = blocks(try lines(path))
        #expect(blocks.count > 3)
        try expectCompiled(blocks)
    }

    @Test("every snippet in a comment of the sources is compiled")
    func comments() throws {
        let folder = DocumentationTests.root + "Sources/ActiveLogicClient"
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder)
        let comments = try files.filter { $0.hasSuffix(".swift") }.flatMap { file in
            try lines("Sources/ActiveLogicClient/" + file)
                .filter { $0.hasPrefix("///") }
                .map { $0.dropFirst(3).trimmingPrefix(while: \.isWhitespace) }
        }
        let blocks = blocks(comments)
        #expect(blocks.count > 3)
        try expectCompiled(blocks)
    }

    private func expectCompiled(_ blocks: [[Substring]]) throws {
        let code = try lines(
            "Tests/ActiveLogicClientTests/Documentation/DocumentationSnippets.swift"
        )
        for block in blocks {
            let isThere = code.indices.contains { start in
                code[start...].starts(with: block)
            }
            #expect(isThere, "not compiled: \(block.joined(separator: "\n"))")
        }
    }

    /// The lines between ```` ```swift ```` and ```` ``` ````.
    private func blocks(_ lines: [Substring]) -> [[Substring]] {
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

    /// The lines of a file of the package, without what they are indented by.
    private func lines(_ path: String) throws -> [Substring] {
        let data = try Data(contentsOf: URL(filePath: DocumentationTests.root + path))
        return String(decoding: data, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.trimmingPrefix(while: \.isWhitespace) }
    }
}
