/// What to switch on or off.
public struct SecondFactorSettings: Sendable {
    /// Whether codes go to the e-mail address; nil leaves it.
    public let isEmailEnabled: Bool?
    /// Whether codes go to the phone; nil leaves it.
    public let isSMSEnabled: Bool?
    /// The phone; nil keeps the one that is known.
    public let phone: PhoneNumber?
    /// The password of the account, for whoever changes its own; nil if none was given.
    public let password: Secret<String>?

    /// Builds settings.
    public init(
        isEmailEnabled: Bool?,
        isSMSEnabled: Bool?,
        phone: PhoneNumber?,
        password: Secret<String>? = nil
    ) {
        self.isEmailEnabled = isEmailEnabled
        self.isSMSEnabled = isSMSEnabled
        self.phone = phone
        self.password = password
    }
}

extension SecondFactor {
    /// Takes settings.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `sms_phone`, for SMS without a phone.
    mutating func apply(_ settings: SecondFactorSettings) throws(MusterError) {
        if let phone = settings.phone, phone != self.phone {
            self.phone = phone
            isPhoneVerified = false
        }
        let wantsSMS = settings.isSMSEnabled ?? isSMSEnabled
        guard !wantsSMS || phone != nil else {
            throw .invalid("sms_phone", rule: PhoneNumber.missing)
        }
        isSMSEnabled = wantsSMS
        isEmailEnabled = settings.isEmailEnabled ?? isEmailEnabled
    }

    /// What an audit record says of a change from `before` to this; never the number.
    func auditFields(changedFrom before: SecondFactor) -> [AuditField] {
        var fields = [
            AuditField("two_factor.email", "\(isEmailEnabled)"),
            AuditField("two_factor.sms", "\(isSMSEnabled)"),
        ]
        if phone != before.phone {
            fields.append(AuditField("two_factor.phone", before.phone == nil ? "set" : "changed"))
        }
        return fields
    }
}
