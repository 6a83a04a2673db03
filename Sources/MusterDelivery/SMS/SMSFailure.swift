import MusterCore
import WireJSON

/// Why a gateway has not taken a message.
public struct SMSFailure: Error, Sendable {
    /// A sentence for operators without a full stop: what was not taken, and in the gateway's own words why not.
    public let sentence: String
    /// What to look at, a sentence.
    public let advice: String
}

/// What a gateway finds wrong with a message, as far as its answer says.
enum SMSFault: Sendable {
    /// The number: none that messages go to, or one whose owner wants none.
    case number
    /// The country or network to which the account may not send.
    case region
    /// Where the message comes from.
    case sender
    /// Who pays: name, password, money.
    case account
    /// Something else, or it does not say.
    case other
}

extension SMSGateway {
    /// Codes of Twilio's errors (its list of errors and warnings).
    private static let twilioFaults: [(codes: [Int64], fault: SMSFault)] = [
        ([21211, 21217, 21219, 21610, 21612, 21614], .number), ([21408], .region),
        ([21212, 21603, 21606], .sender), ([20003, 20005, 30002], .account),
    ]

    /// Statuses of Vonage's messages (its guide to troubleshooting SMS).
    private static let vonageFaults: [(statuses: [String], fault: SMSFault)] = [
        (["6", "7"], .number), (["15"], .sender), (["4", "8", "9"], .account),
    ]

    /// What an answer that takes no message finds wrong with it.
    func fault(of answer: GatewayAnswer) -> SMSFault {
        let fallback: SMSFault = [401, 403].contains(answer.status) ? .account : .other
        switch self {
        case .twilio:
            guard let code = answer.object?.number("code") else { return fallback }
            return SMSGateway.twilioFaults.first { $0.codes.contains(code) }?.fault ?? fallback
        case .vonage:
            guard case .array(let messages)? = answer.object?["messages"],
                case .object(let message)? = messages.first, let status = message.text("status")
            else { return fallback }
            return SMSGateway.vonageFaults.first { known in
                known.statuses.contains { $0.utf8.elementsEqual(status.utf8) }
            }?.fault ?? fallback
        case .webhook: return fallback
        }
    }

    /// What to look at.
    func advice(on fault: SMSFault) -> String {
        switch (fault, self) {
        case (.number, _):
            "The settings lead to it; look at the number: it takes no text messages, or its owner wants none."
        case (.region, _):
            "The settings lead to it; the account may not send to this country. Allow it with the provider."
        case (.sender, .twilio): "Look at sms.from or sms.twilio.messagingService."
        case (.sender, _): "Look at sms.from."
        case (.account, .twilio):
            "Look at sms.twilio.account, sms.twilio.key and sms.twilio.secretFile."
        case (.account, .vonage):
            "Look at sms.vonage.key and sms.vonage.secretFile, and at the account's credit."
        case (.account, .webhook):
            "Look at sms.webhook.secretFile and sms.webhook.authorizationFile: both sides need the same."
        case (.other, .webhook): "Look at sms.webhook.url, and at the log of what answers there."
        case (.other, _): "Look at the settings sms.*, and at the provider's own log."
        }
    }
}
