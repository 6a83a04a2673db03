import MusterCore
import MusterTesting
import Testing

@Suite("Login names")
struct UsernameTests {
    @Test(
        "a name of ASCII letters, digits and a few signs is taken as it is given",
        arguments: [
            "a", "A", "0", "_", "jane@example.com", "Jane.Doe+x@Example.COM", "a=b", "a-b", "_._",
            "9lives",
            "a@b@c", "a@", "64e0", String(repeating: "a", count: 254),
        ]
    )
    func goodNames(_ text: String) throws {
        #expect(try Username(text).text == text)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", " ", "@", "@example.com", ".a", "-a", "+a", "=a", " a", "a ", "a b", "a\tb", "a\nb",
            "a\0b",
            "a\u{7F}", "a/b", "a\\b", "a'b", "a\"b", "a`b", "a<b", "a>b", "a&b", "a%b", "a;b",
            "a:b", "a,b",
            "a!b", "a?b", "a*b", "a(b", "a)b", "a[b", "a{b", "a|b", "a~b", "a^b", "a$b", "a#b",
            "j\u{E4}ne", "jane\u{301}", "\u{430}dmin@example.com", "\u{FF41}dmin", "\u{212A}im",
            "jane\u{200B}", "jane\u{202E}", "\u{FEFF}jane", "jane@ex\u{E4}mple.com", "\u{1F600}",
            "\u{661}",
            String(repeating: "a", count: 255), String(repeating: "a", count: 1_000_000),
        ]
    )
    func badNames(_ text: String) async {
        let refusal = await failure { try Username(text) }
        #expect(refusal?.code == .usernameInvalid)
        #expect((refusal?.message.utf8.count ?? .max) < 300, "the name itself is not repeated")
    }

    @Test("names that differ in ASCII case alone are one name")
    func equality() throws {
        let name = try Username("Jane@Example.com")
        #expect(try name == Username("jANE@eXAMPLE.COM"))
        #expect(try name != Username("jane@example.org"))
        #expect(Set([name, try Username("JANE@EXAMPLE.COM")]).count == 1)
        #expect(name.text == "Jane@Example.com", "shown as given")
    }

    @Test(
        "the domain is what stands after the one @",
        arguments: [
            ("jane@example.com", "example.com"), ("jane@EXAMPLE.Com", "example.com"),
            ("jane@x", "x"),
            ("jane", nil), ("jane@", nil), ("a@b@c", nil), ("jane@.com", nil), ("jane@com.", nil),
            ("jane@a..b", nil),
        ] as [(String, String?)]
    )
    func domains(_ text: String, _ domain: String?) throws {
        #expect(try Username(text).domain == domain)
    }
}
