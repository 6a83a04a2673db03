import MusterCore
import MusterTesting
import Testing

@Suite("By which ways codes go, and to whom")
struct DeliveryRuleTests {
    private func phone(_ text: String) -> PhoneNumber { PhoneNumber(stored: text) }

    @Test("without prefixes every number is allowed, with them those that begin so")
    func prefixes() {
        #expect(DeliveryRules().allows(phone("+8811234")))
        let rules = DeliveryRules(smsPrefixes: ["+1", "+4915"])
        #expect(rules.allows(phone("+19998887766")) && rules.allows(phone("+4915112345678")))
        #expect(!rules.allows(phone("+4930123456")) && !rules.allows(phone("+441234567")))
    }

    @Test("what earns somebody money is sent to only where it is named in full")
    func dear() {
        for number in ["+19005551234", "+19765551234"] {
            #expect(!DeliveryRules(smsPrefixes: ["+1"]).allows(phone(number)))
            #expect(!DeliveryRules(smsPrefixes: ["+19"]).allows(phone(number)))
            #expect(DeliveryRules(smsPrefixes: ["+1900", "+1976"]).allows(phone(number)))
        }
        #expect(!DeliveryRules(smsPrefixes: ["+8"]).allows(phone("+881612345")))
        #expect(DeliveryRules(smsPrefixes: ["+8816"]).allows(phone("+881612345")))
    }

    @Test("a prefix is + and digits")
    func shapes() {
        for text in ["+1", "+18765551234", "+4915"] { #expect(DeliveryRules.isPrefix(text)) }
        for text in ["", "+", "1", "+0", "+1x", "+1 2", "+12345678901234567", "+\u{661}"] {
            #expect(!DeliveryRules.isPrefix(text))
        }
    }

    @Test("a factor is not set up by a way that is closed, or to where nothing goes")
    func setUp() async throws {
        let closed = DeliveryRules(isEmailOn: false, isSMSOn: false)
        let narrow = DeliveryRules(sendsMail: true, smsPrefixes: ["+49"])
        let refusals = [
            await failure { try closed.requireMail(to: "jane@example.com") },
            await failure { try closed.requireSMS(to: phone("+4915112345678")) },
            await failure { try narrow.requireMail(to: "j\u{E9}@example.com") },
            await failure { try narrow.requireSMS(to: phone("+19998887766")) },
        ]
        #expect(
            refusals.map { $0?.details["field"] }
                == ["email_enabled", "sms_phone", "email_enabled", "sms_phone"]
        )
        try narrow.requireMail(to: "jane@example.com")
        try narrow.requireSMS(to: phone("+4915112345678"))
    }
}
