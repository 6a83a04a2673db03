import MusterCore
import Testing

@Suite("Addresses that mail is sent to")
struct MailAddressTests {
    @Test(
        "are dot-atoms at a host",
        arguments: [
            ("jane@example.com", "example.com"), ("j.d+x=1@Mail.Example.COM", "mail.example.com"),
            ("root@localhost", "localhost"), ("!#$%&'*/?^_`{|}~@a.example", "a.example"),
            (String(repeating: "a", count: 64) + "@example.com", "example.com"),
        ]
    )
    func good(_ text: String, _ domain: String) {
        #expect(MailAddress(text)?.text == text && MailAddress(text)?.domain == domain)
    }

    @Test("have 254 bytes at most (RFC 5321 section 4.5.3.1.3, less the brackets)")
    func lengths() {
        let domain = String(repeating: String(repeating: "b", count: 61) + ".", count: 3)
        let local = String(repeating: "a", count: 64)
        let longest = "\(local)@\(domain)ccc"
        #expect(longest.utf8.count == 254 && MailAddress(longest) != nil)
        #expect(MailAddress(longest + "c") == nil)
    }

    @Test(
        "and nothing else",
        arguments: [
            "", "@", "jane", "jane@", "@example.com", "-jane@example.com", "j..d@example.com",
            ".j@example.com", "j.@example.com", "j@example.com\r\nRCPT TO:<eve@example.com>",
            "j@example.com\n", "j\r@example.com", "j@exa mple.com", "j e@example.com",
            "<j@example.com>",
            "j>@example.com", "j@example.com>", "\"j\"@example.com", "j,k@example.com",
            "j;k@example.com", "j:k@example.com", "j\\k@example.com", "j(k)@example.com",
            "j[k]@example.com", "j@[127.0.0.1]", "j@127.0.0.1", "j@example..com", "j@example.com.",
            "j@-example.com", "j@b\u{FC}ro.example", "j\u{E9}@example.com", "j@@example.com",
            "j@k@example.com", "j\u{0}@example.com", "j\u{7F}@example.com", "j\t@example.com",
            String(repeating: "a", count: 65) + "@example.com",
            "j@" + String(repeating: "a.", count: 124) + "example",
            String(repeating: "j@example.com,", count: 100_000),
        ]
    )
    func bad(_ text: String) {
        #expect(MailAddress(text) == nil)
    }
}
