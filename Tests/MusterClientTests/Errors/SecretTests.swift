import ClientTestSupport
import MusterClient
import Testing

@Suite("The client shows no secrets")
struct SecretTests {
    @Test("a client shows nothing of the keys and tokens that it was made with")
    func client() throws {
        let keys = try MusterClient(
            accessKey: "s3cret-access",
            secretKey: "s3cret-secret",
            url: "https://directory.example.com"
        )
        let session = try MusterClient(token: "s3cret-token", url: "https://directory.example.com")
        for text in texts(keys) + texts(session) {
            #expect(!text.contains("s3cret"))
        }
    }

    @Test(
        "a key or token that could begin another header field is refused and not repeated",
        arguments: ["", "s3cret\r\nX: y", "s3cret;x", "s3cret key", "s3cret\u{e9}"]
    )
    func fields(_ secret: String) {
        let error = #expect(throws: MusterClientError.self) {
            try MusterClient(
                accessKey: "a",
                secretKey: secret,
                url: "https://directory.example.com"
            )
        }
        let other = #expect(throws: MusterClientError.self) {
            try MusterClient(token: secret, url: "https://directory.example.com")
        }
        for error in [error, other] {
            #expect(error?.kind == .unusableOption)
            #expect(error.map { texts($0) }?.contains { $0.contains("s3cret") } == false)
        }
    }
}
