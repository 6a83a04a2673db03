import FoundationEssentials
import MusterCore
import Testing

@testable import MusterServer

@Suite("What a part of a path names")
struct PathReferenceTests {
    @Test(
        "a number is a number",
        arguments: [("0", 0), ("2", 2), ("10", 10), ("9223372036854775807", Int64.max)]
    )
    func numbers(_ text: String, _ number: Int64) {
        #expect(UserReference(path: text) == .id(UserID(rawValue: number)))
        #expect(GroupReference(path: text) == .id(GroupID(rawValue: number)))
    }

    @Test("a UUID is a UUID in any case")
    func uuids() throws {
        let text = "60f73e4f-8983-41c2-a13c-39074cbb6229"
        let uuid = try #require(UUID(uuidString: text))
        for form in [text, text.uppercased(), "60F73e4f-8983-41C2-a13c-39074cbb6229"] {
            #expect(UserReference(path: form) == .uuid(uuid))
            #expect(GroupReference(path: form) == .uuid(uuid))
        }
    }

    @Test(
        "anything else names nobody",
        arguments: [
            "", " ", "None", "False", "nope", "null", "15abc", "abc15", "-1", "+1", "1.5", "1e3",
            "0x10", "00",
            "01", "007", "1 ", " 1", "1\0", "%31", "..", ".", "/", "*", "\u{661}", "\u{FF11}",
            "1_000", "1,000",
            "9223372036854775808", "18446744073709551616", "99999999999999999999999999999999",
            String(repeating: "9", count: 10_000), "jane@example.com",
            // Other ways to write a UUID.
            "60f73e4f898341c2a13c39074cbb6229", "{60f73e4f-8983-41c2-a13c-39074cbb6229}",
            "urn:uuid:60f73e4f-8983-41c2-a13c-39074cbb6229", "60f73e4f-8983-41c2-a13c-39074cbb622",
            "60f73e4f-8983-41c2-a13c-39074cbb62290", "60f73e4f-8983-41c2-a13c-39074cbb622g",
            "60f73e4f-8983-41c2-a13c-39074cbb622\u{FF19}", "60f73e4f8983-41c2-a13c--39074cbb6229",
            " 60f73e4f-8983-41c2-a13c-39074cbb622", "60f73e4f-8983-41c2-a13c-39074cbb622\0",
        ]
    )
    func others(_ text: String) {
        #expect(UserReference(path: text) == .id(UserID(rawValue: -1)))
        #expect(GroupReference(path: text) == .id(GroupID(rawValue: -1)))
    }
}
