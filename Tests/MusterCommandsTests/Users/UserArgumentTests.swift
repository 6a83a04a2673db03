import Foundation
import Testing

@testable import MusterClient
@testable import MusterCommands

@Suite("Users on the command line")
struct UserArgumentTests {
    @Test(
        "a name goes to the server as a name, whatever else could stand in its place",
        arguments: [
            ("jane@example.com", "name:jane@example.com"), ("import", "name:import"),
            ("name:import", "name:import"), ("name:12345", "name:12345"), ("12345", "12345"),
            ("name:", "name:"), ("NAME:x", "name:NAME:x"), ("12345x", "name:12345x"),
            ("0B9D4A52-3C54-4A8E-9D43-6F1F6A1F0C11", "0B9D4A52-3C54-4A8E-9D43-6F1F6A1F0C11"),
            (
                "name:0b9d4a52-3c54-4a8e-9d43-6f1f6a1f0c11",
                "name:0b9d4a52-3c54-4a8e-9d43-6f1f6a1f0c11"
            ),
            ("٣", "name:٣"), ("name:\u{301}", "name:\u{301}"),
        ]
    )
    func references(_ text: String, _ reference: String) {
        #expect(Array(UserArgument(text: text).reference.text.utf8) == Array(reference.utf8))
    }

    @Test("only digits and UUIDs need advice")
    func advice() {
        #expect(
            UserArgument(text: "7").missing
                == "There is no user 7. If that is a user name, say name:7."
        )
        #expect(UserArgument(text: "jane").missing == "There is no user jane.")
        #expect(UserArgument(text: "name:7").missing == "There is no user name:7.")
        #expect(UserArgument.advice(for: "7").hasSuffix("say name:7."))
        #expect(UserArgument.advice(for: "jane").isEmpty)
    }
}
