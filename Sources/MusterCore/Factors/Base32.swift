/// Texts in base32 (RFC 4648 section 6), in which authenticator apps take their secrets.
public enum Base32 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    /// The text of some bytes, without padding.
    public static func text(_ bytes: [UInt8]) -> String {
        String(decoding: digits(of: bytes).map { alphabet[$0] }, as: UTF8.self)
    }

    /// The bytes in groups of five bits, the last one filled up with zeros.
    static func digits(of bytes: [UInt8]) -> [Int] {
        var digits: [Int] = []
        digits.reserveCapacity((bytes.count * 8 + 4) / 5)
        var (bits, count) = (0, 0)
        for byte in bytes {
            bits = (bits << 8 | Int(byte)) & 0xFFFF
            count += 8
            while count >= 5 {
                count -= 5
                digits.append(bits >> count & 31)
            }
        }
        if count > 0 { digits.append(bits << (5 - count) & 31) }
        return digits
    }
}
