import DocumentTesting
import Testing

@Suite("Documentation of the native API's client")
struct DocumentationTests {
    private static let compiled =
        "Tests/MusterClientTests/Documentation/DocumentationSnippets.swift"

    @Test("every snippet of the guide is compiled")
    func guide() throws {
        let snippets = try Snippets(document: "docs/muster-client.md")
        #expect(snippets.blocks.count > 5)
        #expect(try snippets.missing(from: DocumentationTests.compiled) == [])
    }

    @Test("every snippet in a comment of the sources is compiled")
    func comments() throws {
        let snippets = try Snippets(commentsIn: "Sources/MusterClient")
        #expect(snippets.blocks.count > 1)
        #expect(try snippets.missing(from: DocumentationTests.compiled) == [])
    }
}
