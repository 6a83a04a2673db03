import WireJSON

extension SMSGateway {
    /// Statuses of Vonage's messages that may pass: throttled, and an internal error.
    private static let passingVonage = ["1", "5"]

    /// What an answer means for the letter.
    func outcome(of answer: GatewayAnswer) -> DeliveryOutcome {
        switch self {
        case .twilio: SMSGateway.twilioOutcome(of: answer)
        case .vonage: SMSGateway.vonageOutcome(of: answer)
        case .webhook:
            (200..<300).contains(answer.status)
                ? .delivered("HTTP \(answer.status)") : answer.refusal()
        }
    }

    /// 201 with a SID is taken; anything else of 2xx is none of Twilio's answers.
    private static func twilioOutcome(of answer: GatewayAnswer) -> DeliveryOutcome {
        let object = answer.object
        if (200..<300).contains(answer.status) {
            guard let sid = object?.text("sid"), isSID(sid) else {
                return .failed("HTTP \(answer.status) without a message's SID")
            }
            return .delivered("HTTP \(answer.status) \(sid)")
        }
        let code = object?.number("code").map { "code \($0)" } ?? ""
        return answer.refusal(code)
    }

    /// The status is 200 whatever happens; the first message's own says what has.
    private static func vonageOutcome(of answer: GatewayAnswer) -> DeliveryOutcome {
        guard (200..<300).contains(answer.status) else { return answer.refusal() }
        guard let object = answer.object, case .array(let messages)? = object["messages"],
            case .object(let message)? = messages.first, let status = message.text("status"),
            (1...4).contains(status.utf8.count)
        else { return .failed("HTTP \(answer.status) without a message's status") }
        let shown = ReplyText.safe("status \(status)".utf8)
        let isAll = messages.count == 1
        guard status.utf8.elementsEqual("0".utf8), isAll else {
            let mayPass = passingVonage.contains { $0.utf8.elementsEqual(status.utf8) }
            return mayPass ? .failed(shown) : .refused(isAll ? shown : "more than one message")
        }
        return .delivered(shown)
    }

    /// Whether a text is one of Twilio's identifiers: two letters and 32 hexadecimal digits.
    private static func isSID(_ text: String) -> Bool {
        text.utf8.count == 34
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                    || (0x61...0x7A).contains($0)
            }
    }
}
