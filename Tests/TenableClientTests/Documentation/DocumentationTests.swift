import DocumentTesting
import Testing

@Suite("Documentation")
struct DocumentationTests {
    private static let compiled =
        "Tests/TenableClientTests/Documentation/DocumentationSnippets.swift"
    private static let guides = [
        "Sources/TenableClient/Documentation.docc/TenableClient.md", "docs/tenable-client.md",
    ]

    @Test("every snippet of the catalogue and the guide is compiled", arguments: guides)
    func compiled(_ path: String) throws {
        let snippets = try Snippets(document: path)
        #expect(snippets.blocks.count > 3)
        #expect(try snippets.missing(from: DocumentationTests.compiled) == [])
    }

    @Test("every snippet in a comment of the sources is compiled")
    func comments() throws {
        let snippets = try Snippets(commentsIn: "Sources/TenableClient")
        #expect(snippets.blocks.count > 3)
        #expect(try snippets.missing(from: DocumentationTests.compiled) == [])
    }
}
