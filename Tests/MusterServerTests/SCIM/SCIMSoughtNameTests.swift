import Testing

@testable import MusterServer

@Suite("Queries for one login name")
struct SCIMSoughtNameTests {
    private static func many(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }

    /// The login name as all queries are read, where nothing else is asked for.
    private func reference(_ query: String) -> String? {
        guard let items = try? QueryItems(bytes: Array(query.utf8)),
            let page = try? SCIMPage(items), page.count == SCIMPage.usualCount,
            page.attributes == nil, page.excluded == nil, page.cursor == nil
        else { return nil }
        return page.soughtUserName
    }

    @Test(
        "those that name nothing else are read at once, as all others are",
        arguments: [
            ("filter=userName%20eq%20%22jane@example.com%22", "jane@example.com"),
            ("filter=userName+eq+%22jane%40example%2Ecom%22", "jane@example.com"),
            ("FILTER=USERNAME%20EQ%20%22JANE%22", "JANE"),
            ("filter=%75ser%4Eame eq \"a\"", "a"), ("filter=userName+eq+%22a=b%22", "a=b"),
            ("filter=userName+eq+%22a%26b%2b%2B%25%22", "a&b++%"),
            ("filter=userName+eq+%22a+b%22", "a b"), ("filter=userName+eq+%22%22", nil),
            ("filter=userName+eq+%22\(many("%61", 254))%22", many("a", 254)),
            ("filter=userName+eq+%22\(many("a", 255))%22", nil),
            ("filter=userName+eq+%22a%2", nil), ("filter=userName+eq+%22a%22%", nil),
            ("filter=userName+eq+%22a%22%2", nil), ("filter=userName+eq+%22%zz%22", nil),
            ("filter=userName+eq+%22%c3%bc%22", nil), ("filter=userName+eq+%22ü%22", nil),
            ("filter=userName+eq+%22a%00%22", nil), ("filter=userName+eq+%22a%5c%22", nil),
            ("filter=userName+eq+%22a%22+", nil), ("filter=userName+sw+%22a%22", nil),
            ("filter=userName%09eq+%22a%22", nil), ("filter=userName+eq+a", nil), ("filter=", nil),
            ("filter", nil), ("", nil), ("filterx=userName+eq+%22a%22", nil),
            ("sortBy=id&filter=userName+eq+%22a%22", nil),
            ("filter=userName+eq+%22a%22&count=0", nil),
            ("filter=userName+eq+%22a%22&filter=x", nil),
            ("filter=userName+eq+%22a%22&attributes=id", nil),
            ("filter=userName+eq+%22a%22+and+active+eq+true", nil),
        ] as [(String, String?)]
    )
    func read(_ query: String, _ name: String?) {
        #expect(SCIMSoughtName.read(query) == name)
        #expect(reference(query) == name)
    }

    @Test(
        "others, which say the same in other words, are left to those who read them all",
        arguments: [
            "%66ilter=userName+eq+%22a%22", "filter=userName+eq+%22a%22&",
            "&filter=userName+eq+%22a%22", "filter=userName+eq+%22a%22&other=1",
        ]
    )
    func left(_ query: String) {
        #expect(SCIMSoughtName.read(query) == nil)
        #expect(reference(query) == "a")
    }
}
