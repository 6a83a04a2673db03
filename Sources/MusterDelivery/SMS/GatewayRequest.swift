import Crypto
import FoundationEssentials
import MusterCore
import SystemCalls
import WireJSON

/// What is sent to a gateway.
///
/// It holds secrets.
struct GatewayRequest {
    let url: String
    var fields: [(name: String, value: String)]
    let body: [UInt8]

    /// The request for a letter.
    ///
    /// - Parameters:
    ///   - gateway: Who is asked.
    ///   - letter: The letter.
    ///   - now: The time that a signature has.
    init(_ gateway: SMSGateway, _ letter: Letter, at now: Timestamp) {
        let text = letter.text.withExposedValue { $0 }
        switch gateway {
        case .twilio(let twilio): self.init(twilio, letter, text)
        case .vonage(let vonage): self.init(vonage, letter, text)
        case .webhook(let webhook): self.init(webhook, letter, text, at: now)
        }
    }

    private init(form pairs: [(String, String)], to url: String) {
        self.url = url
        fields = [("Content-Type", "application/x-www-form-urlencoded")]
        body = Array(FormText.text(pairs).utf8)
    }

    private init(_ twilio: SMSGateway.Twilio, _ letter: Letter, _ text: String) {
        let sender =
            switch twilio.sender {
            case .number(let number): ("From", number)
            case .service(let service): ("MessagingServiceSid", service)
            }
        // Without .json the answer is XML.
        self.init(
            form: [("To", letter.recipient), sender, ("Body", text)],
            to: "\(twilio.url.text)/2010-04-01/Accounts/\(twilio.account)/Messages.json"
        )
        let pair = twilio.password.withExposedValue { "\(twilio.username):\($0)" }
        fields.append(("Authorization", "Basic " + Data(pair.utf8).base64EncodedString()))
    }

    private init(_ vonage: SMSGateway.Vonage, _ letter: Letter, _ text: String) {
        let digits = String(
            decoding: letter.recipient.utf8.drop { $0 == UInt8(ascii: "+") },
            as: UTF8.self
        )
        self.init(
            form: [
                ("api_key", vonage.key), ("api_secret", vonage.secret.withExposedValue { $0 }),
                ("from", vonage.sender), ("to", digits), ("text", text),
                ("client-ref", letter.id),
            ],
            to: "\(vonage.url.text)/sms/json"
        )
    }

    private init(
        _ webhook: SMSGateway.Webhook,
        _ letter: Letter,
        _ text: String,
        at now: Timestamp
    ) {
        var json = JSONWriter()
        json.beginObject()
        json.member("to", letter.recipient)
        json.member("text", text)
        json.member("purpose", letter.purpose)
        json.member("id", letter.id)
        json.endObject()
        let content = json.takeBytes()
        let time = String(now.rawValue / 1000)
        let signature = webhook.signing.withExposedValue { key in
            HMAC<SHA256>.authenticationCode(
                for: Array(time.utf8) + [UInt8(ascii: ".")] + content,
                using: SymmetricKey(data: Data(key.utf8))
            )
        }
        url = webhook.url.text
        body = content
        fields = [
            ("Content-Type", "application/json"), ("X-Muster-Timestamp", time),
            ("X-Muster-Signature", "sha256=" + Hex.text(signature)),
        ]
        if let authorization = webhook.authorization {
            fields.append(("Authorization", authorization.withExposedValue { $0 }))
        }
    }
}
