/// Names as parts of a path (RFC 3986 section 2).
package enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)
    /// What may stand in a part of a path besides unreserved characters, and what is encoded already (RFC 3986
    /// section 3.3).
    private static let partCharacters = Set("!$&'()*+,;=:@%".utf8)

    /// Writes everything but unreserved characters as `%` and two hexadecimal digits.
    package static func encode(_ text: String) -> String {
        encode(text.utf8, keeping: isUnreserved)
    }

    /// Writes what cannot stand between two slashes as `%` and two hexadecimal digits.
    package static func encode(path part: some StringProtocol) -> String {
        encode(part.utf8) { isUnreserved($0) || partCharacters.contains($0) }
    }

    private static func encode(
        _ text: some Sequence<UInt8>,
        keeping isPlain: (UInt8) -> Bool
    ) -> String {
        var bytes: [UInt8] = []
        for byte in text {
            if isPlain(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default:
            false
        }
    }
}
