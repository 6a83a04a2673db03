/// How the owner of a session has proved itself, in the words of RFC 8176 section 2.
public enum AuthenticationMethod: String, CaseIterable, Sendable {
    /// By the password.
    case password = "pwd"
    /// By a code: of an app, one that went by e-mail, or by e-mail and SMS, or a recovery code.
    case oneTimeCode = "otp"
    /// By a code that was sent to the phone and nowhere else.
    case textMessage = "sms"
    /// By a key that does not leave its device.
    case hardwareKey = "hwk"
    /// By a key that may be copied to other devices.
    case softwareKey = "swk"
    /// By something that the authenticator has asked of its user.
    case userVerified = "user"
    /// By more than one factor.
    case multipleFactors = "mfa"

    /// The words of some methods in a row, in their order here.
    public static func text(_ methods: Set<AuthenticationMethod>) -> String {
        allCases.filter(methods.contains).map(\.rawValue).joined(separator: " ")
    }

    /// The methods whose words stand in a row; those that are not known are passed over.
    public static func methods(in text: String) -> Set<AuthenticationMethod> {
        let words = text.utf8.split(separator: UInt8(ascii: " "))
        return Set(
            words.compactMap { AuthenticationMethod(rawValue: String(decoding: $0, as: UTF8.self)) }
        )
    }
}
