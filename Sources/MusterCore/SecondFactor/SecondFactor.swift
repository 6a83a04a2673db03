/// How a user proves itself a second time, by a code that the directory sends.
public struct SecondFactor: Sendable, Equatable {
    /// The phone for codes; nil if none was given.
    public var phone: PhoneNumber?
    /// Whether the owner of the phone has answered with its code.
    public var isPhoneVerified: Bool
    /// Whether a code goes to the phone at login.
    public var isSMSEnabled: Bool
    /// Whether a code goes to the e-mail address at login.
    public var isEmailEnabled: Bool

    /// Builds a second factor; none is set up unless said otherwise.
    public init(
        phone: PhoneNumber? = nil,
        isPhoneVerified: Bool = false,
        isSMSEnabled: Bool = false,
        isEmailEnabled: Bool = false
    ) {
        self.phone = phone
        self.isPhoneVerified = isPhoneVerified
        self.isSMSEnabled = isSMSEnabled
        self.isEmailEnabled = isEmailEnabled
    }

    /// Whether anything was ever set up.
    public var isConfigured: Bool {
        phone != nil || isSMSEnabled || isEmailEnabled
    }

    /// Whether a password login needs a code.
    public var isRequiredAtLogin: Bool {
        isSMSEnabled || isEmailEnabled
    }
}
