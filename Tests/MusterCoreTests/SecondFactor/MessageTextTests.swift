import MusterCore
import MusterTesting
import Testing

@Suite("What messages with codes say")
struct MessageTextTests {
    @Test(
        "characters of the extension table count two, others of ASCII one, and some are in no table"
    )
    func septets() {
        #expect(SMSText.septets("code 123456.\n") == 13)
        #expect(SMSText.septets("^{}\\[~]|") == 16)
        #expect(SMSText.septets("@#$%&'()*+,-./:;<=>?_") == 21)
        for text in ["`", "\u{2019}", "\u{E9}", "\r", "\t", "\u{1B}", "\u{7F}"] {
            #expect(SMSText.septets(text) == nil)
        }
        #expect(SMSText.isOnePart(String(repeating: "a", count: 160)))
        #expect(!SMSText.isOnePart(String(repeating: "a", count: 161)))
        #expect(!SMSText.isOnePart(String(repeating: "{", count: 81)))
    }

    @Test("the usual text with the server's host is one message of 93 septets")
    func usual() throws {
        let texts = try MessageTexts(publicURL: try PublicURL("https://muster.example.com:8443"))
        let text = texts.sms("123456")
        #expect(
            text
                == "Your Muster code is 123456. Valid for 5 minutes. Never share it.\n\n@muster.example.com #123456"
        )
        #expect(SMSText.septets(text) == 93)
        let address = try MessageTexts(publicURL: try PublicURL("https://192.0.2.1"))
        #expect(!address.sms("123456").contains("@"))
    }

    @Test("a mail names the account and the code, and has no link")
    func mail() throws {
        let text = try MessageTexts().mail("123456", for: Username(stored: "jane@example.com"))
        #expect(text.contains("jane@example.com") && text.contains("\n    123456\n"))
        #expect(!text.contains("://") && !MessageTexts.subject.contains("1"))
    }

    @Test(
        "a text that would not go as one message, or has no place for the code, is refused",
        arguments: [
            "", "no place", "{code} and {code}", "{code", "{CODE}", "caf\u{E9} {code}", "`{code}`",
            "{code}\r\nx", "{code}\u{0}", String(repeating: "a", count: 155) + "{code}",
            String(repeating: "[", count: 78) + "{code}",
            String(repeating: "{code}", count: 100_000),
        ]
    )
    func refused(_ text: String) async {
        let refusal = await failure { try MessageTexts(sms: text) }
        #expect(refusal?.details["field"] == "sms_text")
    }

    @Test("the last line for browsers counts")
    func lastLine() async throws {
        let text = String(repeating: "a", count: 130) + "{code}"
        #expect(try MessageTexts(sms: text).sms("123456").utf8.count == 136)
        let url = try PublicURL("https://muster.example.com")
        let refusal = await failure { try MessageTexts(sms: text, publicURL: url) }
        #expect(refusal?.message.contains("165") == true, "\(refusal?.message ?? "")")
    }
}
