import TextBytes

/// By which ways codes go out, and to whom.
public struct DeliveryRules: Sendable, Equatable {
    /// Prefixes to which nothing is sent unless they are named in full: premium rates, satellites and networks of no country,
    /// where a message earns somebody money (ITU-T E.164 Annex D lists them; NANPA the two of North America).
    public static let dearPrefixes = ["+1900", "+1976", "+870", "+881", "+882", "+883", "+979"]

    /// Whether codes go out by e-mail.
    public var isEmailOn: Bool
    /// Whether Muster itself hands mail to a server, which takes addresses of ASCII only.
    public var sendsMail: Bool
    /// Whether codes go out by SMS.
    public var isSMSOn: Bool
    /// The beginnings of numbers to which codes go; empty for all numbers.
    public var smsPrefixes: [String]

    /// Builds rules; both ways are open to everybody unless said otherwise.
    public init(
        isEmailOn: Bool = true,
        sendsMail: Bool = false,
        isSMSOn: Bool = true,
        smsPrefixes: [String] = []
    ) {
        self.isEmailOn = isEmailOn
        self.sendsMail = sendsMail
        self.isSMSOn = isSMSOn
        self.smsPrefixes = smsPrefixes
    }

    /// Whether a text can be a member of ``smsPrefixes``: `+` and 1 to 15 digits, the first of them no zero.
    public static func isPrefix(_ text: String) -> Bool {
        text.utf8.count <= 16 && PhoneNumber.isBeginning(Array(text.utf8))
    }

    /// Whether codes may go to a number.
    public func allows(_ phone: PhoneNumber) -> Bool {
        guard !smsPrefixes.isEmpty else { return true }
        let number = phone.text.utf8
        let dear = DeliveryRules.dearPrefixes.first { number.starts(with: $0.utf8) }
        return smsPrefixes.contains { allowed in
            number.starts(with: allowed.utf8)
                && (dear.map { allowed.utf8.starts(with: $0.utf8) } ?? true)
        }
    }

    /// Whether mail can go to an address.
    func canMail(to address: String) -> Bool {
        sendsMail ? MailAddress(address) != nil : ContactRules.canReceive(address)
    }

    /// Refuses a number to which no code can go.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `sms_phone`.
    public func requireSMS(to phone: PhoneNumber) throws(MusterError) {
        guard isSMSOn else {
            throw .invalid(
                "sms_phone",
                rule: "is of no use, because this server sends no SMS"
            )
        }
        guard phone.isLongEnough else {
            throw .invalid(
                "sms_phone",
                rule:
                    "is too short: with the country's code a number has at least \(PhoneNumber.fewestDigits) digits"
            )
        }
        guard allows(phone) else {
            throw .invalid(
                "sms_phone",
                rule: "begins with a prefix to which this server sends no SMS"
            )
        }
    }

    /// Refuses an address to which no code can go.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `email_enabled`.
    public func requireMail(to address: String) throws(MusterError) {
        guard isEmailOn else {
            throw .invalid(
                "email_enabled",
                rule: "is not possible, because this server sends no e-mail"
            )
        }
        guard canMail(to: address) else {
            throw .invalid(
                "email_enabled",
                rule:
                    "needs an e-mail address\(sendsMail ? " of ASCII" : ""), and the user has none"
            )
        }
    }
}
