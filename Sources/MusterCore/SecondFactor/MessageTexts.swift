import TextBytes

/// What messages with codes say.
public struct MessageTexts: Sendable, Equatable {
    /// What stands for the code in a text that is set.
    public static let placeholder = "{code}"
    /// The text message, unless another one is set.
    public static let standardSMS =
        "Your Muster code is {code}. Valid for 5 minutes. Never share it."
    /// The subject of a mail with a code, which is not in it: lock screens show subjects.
    public static let subject = "Your Muster verification code"

    private let beforeCode: String
    private let afterCode: String
    /// The host for which browsers may fill in a code from a text message; nil if there is none.
    private let host: String?

    /// Takes the texts.
    ///
    /// - Parameters:
    ///   - sms: The text message, with ``placeholder`` once where the code goes.
    ///   - publicURL: The server's address. A text message ends in its host and the code, by which browsers fill the code
    ///     in there and nowhere else (WICG, Origin-bound one-time codes delivered via SMS).
    /// - Throws: ``MusterError`` with code `input.invalid`, field `sms_text`; its message is a rule, ready to stand after the
    ///   name of a setting.
    public init(
        sms: String = MessageTexts.standardSMS,
        publicURL: PublicURL? = nil
    ) throws(MusterError) {
        guard sms.utf8.count <= SMSText.partSeptets, SMSText.septets(sms) != nil else {
            throw .invalid(
                "sms_text",
                "must be of at most \(SMSText.partSeptets) characters of ASCII without a grave accent, so that it goes as "
                    + "one message"
            )
        }
        guard let (before, after) = MessageTexts.parts(sms) else {
            throw .invalid("sms_text", "must have \(MessageTexts.placeholder) in it, once")
        }
        (beforeCode, afterCode) = (before, after)
        host = publicURL.flatMap { $0.hasName ? $0.host : nil }
        let septets = SMSText.septets(self.sms("000000")) ?? .max
        guard septets <= SMSText.partSeptets else {
            throw .invalid(
                "sms_text",
                "would make messages of \(septets) characters with the last line for browsers, and one message has "
                    + "\(SMSText.partSeptets)"
            )
        }
    }

    /// The text message with a code.
    public func sms(_ code: String) -> String {
        let text = beforeCode + code + afterCode
        return host.map { "\(text)\n\n@\($0) #\(code)" } ?? text
    }

    /// The mail with a code: lines, without their ends.
    public func mail(_ code: String, for username: Username) -> String {
        """
        The verification code for \(username.text) is

            \(code)

        It is good for 5 minutes. Never share it: nobody who runs the server asks for it.
        If you did not just ask for a code, somebody knows your password. Change it.
        """
    }

    /// What stands before the placeholder and after it; nil unless it is there once.
    private static func parts(_ text: String) -> (String, String)? {
        let (bytes, mark) = (Array(text.utf8), Array(placeholder.utf8))
        let places = bytes.indices.filter { bytes[$0...].starts(with: mark) }
        guard places.count == 1, let place = places.first else { return nil }
        return (
            String(decoding: bytes[..<place], as: UTF8.self),
            String(decoding: bytes[(place + mark.count)...], as: UTF8.self)
        )
    }
}
