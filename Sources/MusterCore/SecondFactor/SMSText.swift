import TextBytes

/// How long a text message is, as operators count: one that does not fit costs as much as two.
public enum SMSText {
    /// The most septets of a message in one part (3GPP TS 23.040 section 9.2.3.24.1: 140 octets).
    public static let partSeptets = 160

    /// The septets that a text takes in the GSM 7-bit default alphabet (3GPP TS 23.038 section 6.2.1); nil if it has a
    /// character that is not in it, or is not of ASCII.
    ///
    /// Nine characters of ASCII take two, being in the extension table; the grave accent is in neither.
    public static func septets(_ text: String) -> Int? {
        var count = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "^"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\\"),
                UInt8(ascii: "["), UInt8(ascii: "~"), UInt8(ascii: "]"), UInt8(ascii: "|"):
                count += 2
            case UInt8(ascii: "`"): return nil
            case 0x0A, 0x20...0x7E: count += 1
            default: return nil
            }
        }
        return count
    }

    /// Whether a text is sent as one part.
    public static func isOnePart(_ text: String) -> Bool {
        (septets(text) ?? .max) <= partSeptets
    }
}
