import MusterCore
import MusterTesting
import Testing

@Suite("The address under which people reach the server")
struct PublicURLTests {
    @Test(
        "is a scheme, a host and maybe a port",
        arguments: [
            ("https://muster.example.com", "muster.example.com", Int?.none, true),
            ("https://muster", "muster", nil, true), ("https://a-b.c1:8443", "a-b.c1", 8443, true),
            ("https://192.0.2.1", "192.0.2.1", nil, true),
            ("https://[2001:db8::1]:1", "2001:db8::1", 1, true),
            ("http://localhost:8834", "localhost", 8834, false),
            ("http://127.0.0.1:8834", "127.0.0.1", 8834, false),
            ("http://[::1]", "::1", nil, false),
            ("https://muster.example.com:80", "muster.example.com", 80, true),
        ]
    )
    func good(_ text: String, _ host: String, _ port: Int?, _ isSecure: Bool) throws {
        let url = try PublicURL(text)
        #expect(
            url.text == text && url.host == host && url.port == port && url.isSecure == isSecure
        )
    }

    @Test("a name is told from an address")
    func names() throws {
        #expect(try PublicURL("https://muster.example.com").hasName)
        #expect(try !PublicURL("https://192.0.2.1").hasName)
        #expect(try !PublicURL("http://[::1]").hasName)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "https://", "https:///", "muster.example.com", "HTTPS://muster.example.com",
            "https://Muster.example.com", "https://muster.example.com/",
            "https://muster.example.com/path",
            "https://muster.example.com?", "https://muster.example.com#",
            "https://a@muster.example.com",
            "https://muster.example.com:", "https://muster.example.com:0",
            "https://muster.example.com:443",
            "https://muster.example.com:65536", "https://muster.example.com:08443",
            "https://muster.example.com:999999999999999999999", "https://muster.example.com:-1",
            "https://muster.example.com:8443:1", "https://.example.com", "https://example..com",
            "https://example.com.", "https://-a.example", "https://a_b.example", "https://1.2.3",
            "https://1.2.3.4.5", "https://0x7f.1", "https://[::1", "https://::1",
            "https://[::0001]",
            "https://[127.0.0.1]", "https://b\u{FC}ro.example", "https://a b.example",
            "https://a\n.example",
            "ftp://muster.example.com", "http://muster.example.com", "http://localhost:80",
            "http://localhost.example.com", "http://128.0.0.1", "http://[::2]",
            "https://a\u{0}.example",
            "https://" + String(repeating: "a", count: 64) + ".example",
            "https://" + String(repeating: "a.", count: 200) + "example",
            String(repeating: "https://", count: 100_000),
        ]
    )
    func bad(_ text: String) async {
        let refusal = await failure { try PublicURL(text) }
        #expect(refusal?.code == .inputInvalid && refusal?.details["field"] == "public_url")
        #expect((refusal?.message.utf8.count ?? .max) < 300)
    }
}
