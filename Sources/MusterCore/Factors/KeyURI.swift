/// The address by which an authenticator app takes a secret, usually from a QR code:
/// `otpauth://totp/ISSUER:ACCOUNT?secret=...&issuer=ISSUER`.
///
/// The parameters of the codes are the ones that every app takes for granted, and are left out.
public enum KeyURI {
    /// The longest name of an issuer, in bytes.
    public static let maximumIssuerBytes = 32

    /// Whether a text can be the name of an issuer.
    public static func isIssuer(_ text: String) -> Bool {
        (1...maximumIssuerBytes).contains(text.utf8.count) && !text.utf8.contains(UInt8(ascii: ":"))
            && !ContactRules.hasControls(text)
    }

    /// The address for a secret.
    ///
    /// - Parameters:
    ///   - secret: The secret.
    ///   - issuer: What the app shows as the service, without a colon.
    ///   - account: What it shows as the account.
    /// - Returns: The address.
    public static func text(_ secret: Secret<[UInt8]>, issuer: String, account: String) -> String {
        let (issuer, account) = (escaped(issuer), escaped(account))
        let key = secret.withExposedValue { Base32.text($0) }
        return "otpauth://totp/\(issuer):\(account)?secret=\(key)&issuer=\(issuer)"
    }

    /// The text with everything escaped but letters, digits and `-._~` (RFC 3986 section 2.3).
    private static func escaped(_ text: String) -> String {
        var output = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                output.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = Array("0123456789ABCDEF".unicodeScalars)
                output.unicodeScalars += ["%", digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return output
    }
}
