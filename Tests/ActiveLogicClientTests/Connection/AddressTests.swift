import ClientTestSupport
import ClientTransport
import Testing

@testable import ActiveLogicClient

@Suite("Addresses of servers")
struct AddressTests {
    @Test(
        "an address names scheme, host and port, and a path before the API's where there is one",
        arguments: [
            ("https://directory.example.com", "https://directory.example.com/activelogic/v1"),
            ("https://directory.example.com/", "https://directory.example.com/activelogic/v1"),
            (
                "HTTPS://directory.example.com:8443",
                "https://directory.example.com:8443/activelogic/v1"
            ),
            ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443/activelogic/v1"),
            ("https://example.com/muster//", "https://example.com/muster/activelogic/v1"),
            ("http://127.0.0.1:8834", "http://127.0.0.1:8834/activelogic/v1"),
            ("http://127.9.9.9", "http://127.9.9.9/activelogic/v1"),
            ("http://localhost:1", "http://localhost:1/activelogic/v1"),
            ("http://[::1]:1", "http://[::1]:1/activelogic/v1"),
            ("https://example.com:65535/a:0", "https://example.com:65535/a:0/activelogic/v1"),
            ("https://example.com:00443", "https://example.com:443/activelogic/v1"),
            ("https://example.com:", "https://example.com/activelogic/v1"),
            ("https://[2001:db8::1]", "https://[2001:db8::1]/activelogic/v1"),
        ]
    )
    func taken(_ text: String, _ root: String) throws {
        let address = try ServerAddress(text, allowsPlaintext: false, base: "/activelogic/v1")
        #expect(address.root == root)
    }

    @Test(
        "what is no address of a server is a ValueError that does not repeat it",
        arguments: [
            "", "directory.example.com", "ftp://example.com", "https://", "https:///x",
            "//example.com",
            "https://user:s3cret-in-the-address@example.com", "https://user@example.com",
            "https://example.com?password=s3cret-in-the-address", "https://example.com#top",
            "https://exa mple.com/s3cret-in-the-address",
            "https://example.com:0", "https://example.com:65536", "https://127.0.0.1:99999",
            "https://[::1]:65536", "https://[::1]:99999/s3cret-in-the-address",
            "https://example.com:18446744073709551616", "https://example.com:9223372036854775808",
            "https://[::1]:18446744073709551617", "https://example.com:-1",
            "https://example.com:80a",
        ]
    )
    func refused(_ text: String) async {
        let error = await refusal { () async throws(ActiveLogicError) in
            try Transport(to: text, ActiveLogic.Options(allowsPlaintext: true))
        }
        #expect(error?.kind == .valueError)
        #expect(error?.code == "option_invalid")
        #expect(error?.field == "to")
        #expect(!"\(String(describing: error)) \(String(reflecting: error))".contains("s3cret"))
    }

    @Test(
        "over plain HTTP no password leaves the machine, unless the caller insists",
        arguments: [
            "http://directory.example.com", "http://192.0.2.7", "http://127.example.com",
            "http://127.0.0.1.example.com", "http://127.1", "http://[::2]",
            "http://localhost.example.com",
        ]
    )
    func plaintext(_ text: String) async throws {
        let error = await refusal { () async throws(ActiveLogicError) in
            try await ActiveLogic.connect(to: text, username: "admin", password: Passwords.first)
        }
        #expect(error?.kind == .valueError)
        #expect(error?.field == "to")
        #expect(try ServerAddress(text, allowsPlaintext: true).root.hasPrefix("http://"))
    }

    @Test("certificates that cannot be read are a ValueError")
    func certificates() async {
        for authority in [
            ActiveLogic.CertificateAuthority.file("/nowhere/authority.pem"), .pem([]),
            .pem(Array("no certificate".utf8)),
        ] {
            let error = await refusal { () async throws(ActiveLogicError) in
                try await ActiveLogic.connect(
                    to: "https://localhost:1",
                    username: "admin",
                    password: Passwords.first,
                    options: ActiveLogic.Options(authorities: [authority])
                )
            }
            #expect(error?.kind == .valueError)
            #expect(error?.field == "authorities")
        }
    }
}
