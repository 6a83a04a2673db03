import DocumentTesting
import Foundation
import MusterCore
import MusterTesting
import Testing

@Suite("Documentation of MusterTesting")
struct StoreDocumentationTests {
    private static let compiled = "Tests/MusterCoreTests/Documentation/StoreSnippets.swift"
    private static let catalogue = "Sources/MusterTesting/Documentation.docc/"
    private static let pages = ["MusterTesting.md", "WritingAStore.md"]

    @Test("every snippet of the catalogue is compiled", arguments: pages)
    func compiled(_ page: String) throws {
        let snippets = try Snippets(document: StoreDocumentationTests.catalogue + page)
        #expect(!snippets.blocks.isEmpty)
        #expect(try snippets.missing(from: StoreDocumentationTests.compiled) == [])
    }

    @Test("every snippet in a comment of the sources is compiled")
    func comments() throws {
        let snippets = try Snippets(commentsIn: "Sources/MusterTesting")
        #expect(!snippets.blocks.isEmpty)
        #expect(try snippets.missing(from: StoreDocumentationTests.compiled) == [])
    }

    @Test("the examples do what the text says of them")
    func examples() async throws {
        #expect(try await StoreSnippets.begin() == 1)
        let test = try await StoreSnippets.under()
        let store = try #require(test.directory.store as? CountingStore)
        let before = store.readCount
        _ = try await test.auditEvents()
        #expect(store.readCount == before + 1)
    }

    @Test("a store around another hands on all that has a default")
    func handedOn() throws {
        let port = try StoreDocumentationTests.text("Sources/MusterCore/Store/DirectoryStore.swift")
        let defaults = try #require(
            port.components(separatedBy: "\nextension DirectoryStore {").last
        )
        let names = defaults.matches(of: /public (?:var|func) (\w+)/).map { $0.output.1 }
        #expect(names.count > 4)
        let page = try Snippets(document: StoreDocumentationTests.catalogue + "WritingAStore.md")
        let code = page.blocks.joined().joined(separator: "\n")
        for name in names { #expect(code.contains("base.\(name)"), "\(name)") }
    }

    @Test("the order of work names every area that a store is checked in")
    func order() throws {
        let suite = try StoreDocumentationTests.text(
            "Sources/MusterTesting/StoreConformance/StoreConformance.swift"
        )
        let everything = try #require(
            suite.components(separatedBy: "public func everything()").last?
                .components(separatedBy: "\n    }\n").first
        )
        let areas = everything.matches(of: /try await (\w+)\(\)/).map { $0.output.1 }
        #expect(areas.count > 10)
        let page = try StoreDocumentationTests.text(
            StoreDocumentationTests.catalogue + "WritingAStore.md"
        )
        let order = try #require(page.components(separatedBy: "### Order of work").last)
        for area in areas { #expect(order.contains("``StoreConformance/\(area)()``"), "\(area)") }
    }

    private static func text(_ path: String) throws -> String {
        let root = #filePath.components(separatedBy: "/Tests/")[0]
        return try String(contentsOf: URL(filePath: root + "/" + path), encoding: .utf8)
    }
}
