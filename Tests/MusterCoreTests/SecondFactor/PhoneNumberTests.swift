import MusterCore
import MusterTesting
import Testing

@Suite("Phone numbers")
struct PhoneNumberTests {
    @Test(
        "a number of E.164 is taken as it is, ten digits alone as a North American one",
        arguments: [
            ("+4915112345678", "+4915112345678"), ("+12", "+12"), ("+15555555555", "+15555555555"),
            ("+123456789012345", "+123456789012345"), ("9847776666", "+19847776666"),
            ("2222222222", "+12222222222"), ("+1 (999) 888-7766", "+19998887766"),
            ("0019998887766", "+19998887766"), ("+1999-888-7766", "+19998887766"),
            ("(999) 888.7766", "+19998887766"), ("+49 151 1", "+491511"), ("00 49 151", "+49151"),
        ]
    )
    func goodNumbers(_ text: String, _ number: String) throws {
        #expect(try PhoneNumber(text).text == number)
    }

    @Test("another prefix is for numbers without one, and none is for nobody")
    func prefixes() async throws {
        #expect(try PhoneNumber("1511 2345678", prefix: "+49").text == "+4915112345678")
        #expect(try PhoneNumber("0043 1", prefix: "+49").text == "+431")
        #expect(try PhoneNumber("0151 2345678", prefix: "+49").text == "+491512345678")
        #expect(try PhoneNumber("06 1234567", prefix: "+39").text == "+39061234567")
        #expect(try PhoneNumber("+19998887766", prefix: nil).text == "+19998887766")
        for (text, prefix) in [
            ("9998887766", nil), ("0151123456", "+1"), ("0", "+49"), ("4915112345678901", "+49"),
        ] {
            let refusal = await failure { try PhoneNumber(text, prefix: prefix) }
            #expect(refusal?.details["field"] == "sms_phone")
        }
        for text in ["+1", "+49", "+1876"] { #expect(PhoneNumber.isPrefix(text)) }
        for text in ["", "+", "1", "+0", "+12345", "+1a", "0044", "+\u{661}"] {
            #expect(!PhoneNumber.isPrefix(text))
        }
    }

    @Test(
        "anything else is refused, with the pattern that the service states",
        arguments: [
            "", "+", "+1", "+0123456789", "11231234567", "1123456789", "0123456789", "12345",
            "+1234567890123456", "00", "000151", "+0015", "+4915+1", " ", "-", "1 999 888 7766",
            "++49151", "(049)151", "+49151x", "+49/151", "+49151\n", "+49\t151", "+49\u{A0}151",
            "+49151\0", "+\u{664}\u{669}151", "\u{FF0B}49151", "+4915112345678;ext=1", "tel:+49151",
            String(repeating: " ", count: 40) + "+49151",
            String(repeating: "1", count: 1_000_000),
        ]
    )
    func badNumbers(_ text: String) async {
        let refusal = await failure { try PhoneNumber(text) }
        #expect(refusal?.code == .inputInvalid)
        #expect(refusal?.details["field"] == "sms_phone")
        #expect(refusal?.message.contains(PhoneNumber.pattern) == true)
        #expect((refusal?.message.utf8.count ?? .max) < 400)
    }

    @Test("what people write between digits is left out in one way, for all who ask")
    func signs() {
        let typed = ["+1 (555) 555-5555": "+15555555555", "00 49.151": "+49151", "a 1": "a1"]
        for (text, bytes) in typed { #expect(PhoneNumber.digits(of: text) == Array(bytes.utf8)) }
    }
}
