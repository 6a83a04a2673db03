import DocumentTesting
import Testing

@Suite("Documentation")
struct DocumentationTests {
    private static let compiled =
        "Tests/ActiveLogicClientTests/Documentation/DocumentationSnippets.swift"
    private static let guides = [
        "Sources/ActiveLogicClient/Documentation.docc/ActiveLogicClient.md",
        "docs/activelogic-client.md",
    ]

    @Test("every snippet of the catalogue and the guide is compiled", arguments: guides)
    func compiled(_ path: String) throws {
        let snippets = try Snippets(document: path)
        #expect(snippets.blocks.count > 3)
        #expect(try snippets.missing(from: DocumentationTests.compiled) == [])
    }

    @Test("every snippet in a comment of the sources is compiled")
    func comments() throws {
        let snippets = try Snippets(commentsIn: "Sources/ActiveLogicClient")
        #expect(snippets.blocks.count > 3)
        #expect(try snippets.missing(from: DocumentationTests.compiled) == [])
    }
}
