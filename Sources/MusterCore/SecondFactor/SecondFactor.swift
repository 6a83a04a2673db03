import TextBytes

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

/// A phone number in the form `+` and 2 to 15 digits (ITU-T E.164).
public struct PhoneNumber: Sendable, Equatable {
    /// The pattern as the hosted service states it.
    public static let pattern = #"^(\+1[2-9][0-8]\d[2-9]\d{6}|\+[1-9]\d{1,14})$"#

    /// The number.
    public let text: String

    /// Reads a number.
    ///
    /// Ten digits alone are a North American number, as the client's own manual writes it.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `sms_phone`.
    public init(_ text: String) throws(MusterError) {
        let bytes = Array(text.utf8)
        let isNational = bytes.count == 10 && bytes.allSatisfy(PhoneNumber.isDigit)
        if isNational, bytes[0] >= UInt8(ascii: "2") {
            self.text = "+1" + text
            return
        }
        guard (3...16).contains(bytes.count), bytes[0] == UInt8(ascii: "+"),
            bytes[1] != UInt8(ascii: "0"), bytes.dropFirst().allSatisfy(PhoneNumber.isDigit)
        else {
            throw .invalid(
                "sms_phone",
                "\"sms_phone\" with value \(text.head(40).debugDescription) fails to match the "
                    + "required pattern: /\(PhoneNumber.pattern)/"
            )
        }
        self.text = text
    }

    /// Takes a number that was checked before it was stored.
    public init(stored text: String) {
        self.text = text
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
