public import MusterCore

/// A service that sends text messages, reached by HTTP.
public enum SMSGateway: Sendable {
    /// Twilio's Programmable Messaging.
    case twilio(Twilio)
    /// Vonage's SMS API.
    case vonage(Vonage)
    /// Whatever takes a signed request.
    case webhook(Webhook)

    /// Where messages come from at Twilio, and who pays.
    public struct Twilio: Sendable {
        let url: GatewayURL
        let account: String
        let username: String
        let password: Secret<String>
        let sender: Sender

        /// From a number, or from whatever a messaging service picks.
        public enum Sender: Sendable {
            /// A number, or a name of letters and digits.
            case number(String)
            /// A messaging service's SID.
            case service(String)
        }

        /// Builds the description from parts that were checked.
        ///
        /// - Parameters:
        ///   - url: Where the API is.
        ///   - account: The account's SID, which stands in the path.
        ///   - username: The account's SID, or an API key's.
        ///   - password: The account's token, or the API key's secret.
        ///   - sender: Where messages come from.
        public init(
            url: GatewayURL,
            account: String,
            username: String,
            password: Secret<String>,
            sender: Sender
        ) {
            self.url = url
            self.account = account
            self.username = username
            self.password = password
            self.sender = sender
        }
    }

    /// Where messages come from at Vonage, and who pays.
    public struct Vonage: Sendable {
        let url: GatewayURL
        let key: String
        let secret: Secret<String>
        let sender: String

        /// Builds the description from parts that were checked.
        public init(url: GatewayURL, key: String, secret: Secret<String>, sender: String) {
            self.url = url
            self.key = key
            self.secret = secret
            self.sender = sender
        }
    }

    /// Where a webhook is, and how it knows who calls.
    public struct Webhook: Sendable {
        let url: GatewayURL
        let signing: Secret<String>
        let authorization: Secret<String>?

        /// Builds the description from parts that were checked.
        ///
        /// - Parameters:
        ///   - url: The whole address.
        ///   - signing: The key of the signature.
        ///   - authorization: What stands in the field Authorization; nil for no such field.
        public init(url: GatewayURL, signing: Secret<String>, authorization: Secret<String>?) {
            self.url = url
            self.signing = signing
            self.authorization = authorization
        }
    }

    /// How the gateway is called in messages.
    public var name: String {
        switch self {
        case .twilio: "twilio"
        case .vonage: "vonage"
        case .webhook: "webhook"
        }
    }

    /// Where it is, for messages.
    public var shown: String {
        switch self {
        case .twilio(let twilio): twilio.url.origin
        case .vonage(let vonage): vonage.url.origin
        case .webhook(let webhook): webhook.url.origin
        }
    }
}

/// Where a gateway is: an address of https, or of http on this machine, without a name and a password in it.
public struct GatewayURL: Sendable, Equatable {
    /// The longest address, in bytes.
    public static let maximumBytes = 1_000

    /// The address; no slash at its end.
    public let text: String
    /// Scheme, host and port, for logs and messages: what stands after them may be what the gateway knows its callers by.
    public let origin: String

    /// Reads an address; nil if it is none that messages are handed to.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= GatewayURL.maximumBytes,
            bytes.allSatisfy({ (0x21...0x7E).contains($0) && !"\"<>\\^`{|}#@".utf8.contains($0) })
        else { return nil }
        let start = bytes.starts(with: "https://".utf8) ? 8 : 7
        let end = bytes[min(start, bytes.count)...].firstIndex {
            $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?")
        }
        let origin = String(decoding: bytes[..<(end ?? bytes.endIndex)], as: UTF8.self)
        guard GatewayURL.isOrigin(origin) else { return nil }
        self.origin = origin
        let isEnded = bytes.last == UInt8(ascii: "/")
        self.text = String(decoding: isEnded ? bytes.dropLast() : bytes[...], as: UTF8.self)
    }

    /// What ``PublicURL`` takes is what is wanted here, too: https, or this machine.
    private static func isOrigin(_ text: String) -> Bool {
        (try? PublicURL(text)) != nil
    }
}
