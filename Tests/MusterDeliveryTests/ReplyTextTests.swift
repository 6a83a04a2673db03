import MusterCore
import MusterTesting
import Testing

@testable import MusterDelivery

@Suite("What servers say, in logs")
struct ReplyTextTests {
    @Test(
        "has no address, no number, no control, and one line",
        arguments: [
            ("250 2.0.0 OK", "250 2.0.0 OK"),
            ("550 <jane@example.com>: no such user", "550 ... no such user"),
            ("550 jane@example.com", "550 ..."),
            ("400 To +4915112345678 failed", "400 To ... failed"),
            ("code 123456 bad", "code ... bad"), ("a\r\nb", "a"), ("a\u{1B}[2Jb", "a [2Jb"),
            ("caf\u{E9}", "caf"), ("", ""), ("  a   b ", "a b"),
        ]
    )
    func safe(_ text: String, _ shown: String) {
        #expect(ReplyText.safe(text.utf8) == shown)
    }

    @Test("and is short")
    func short() {
        #expect(ReplyText.safe(String(repeating: "a ", count: 1_000_000).utf8).utf8.count <= 160)
    }

    @Test("letters read nothing but what they wrote")
    func letters() {
        #expect(Letter(bytes: Letter.code().bytes)?.party.name == "jane@example.com")
        for text in ["", "{}", "[]", "{\"id\":\"1\"}", String(repeating: "[", count: 100_000)] {
            #expect(Letter(bytes: Array(text.utf8)) == nil)
        }
    }
}
