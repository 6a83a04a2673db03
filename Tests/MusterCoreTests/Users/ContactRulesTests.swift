import MusterCore
import MusterTesting
import Testing

@Suite("E-mail addresses")
struct ContactRulesTests {
    private func isTaken(_ text: String) -> Bool {
        let name = Username(stored: "jane@example.com")
        return (try? ContactRules.email(text, of: name)) != nil
    }

    @Test(
        "what is one address is taken",
        arguments: [
            "jane@example.org", "j.doe+tag@example.org", "o'neil@example.org",
            "\u{E9}va@example.org",
            "jane@[192.0.2.1]", "a-b_c=d@example.org", "",
        ]
    )
    func good(_ text: String) {
        #expect(isTaken(text))
    }

    @Test(
        "what a program that carries mail may take for two addresses, a line more or an option is refused",
        arguments: [
            "root,jane@example.org", "a;b@c", "\"a\"@b", "a<b@c", "a>b@c", "group:a@b", "(a)b@c",
            "a\\b@c", "-oQ/tmp/x@example.org", "a\u{2028}Bcc:b@c", "a\u{2029}b@c", "a\u{A0}b@c",
            "a\u{3000}b@c", "a\nb@c", "a b@c", "a@b@c", "a@", "@a",
        ]
    )
    func bad(_ text: String) {
        #expect(!isTaken(text))
    }
}
