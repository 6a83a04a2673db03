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
            ("2222222222", "+12222222222"),
        ]
    )
    func goodNumbers(_ text: String, _ number: String) throws {
        #expect(try PhoneNumber(text).text == number)
    }

    @Test(
        "anything else is refused, with the pattern that the service states",
        arguments: [
            "", "+", "+1", "+0123456789", "11231234567", "1123456789", "0123456789", "12345",
            "+1234567890123456",
            "++49151", "+49 151 1", "+49-151", "(049)151", "+49151x", "+49151 ", " +49151",
            "+49151\n",
            "+49151\0", "+\u{664}\u{669}151", "\u{FF0B}49151", "+4915112345678;ext=1", "tel:+49151",
            "+49.151",
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
}
