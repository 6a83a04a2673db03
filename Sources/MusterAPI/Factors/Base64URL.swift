/// Texts in base64url without padding (RFC 4648 section 5), as browsers write bytes of passkeys.
public enum Base64URL {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8
    )

    private static let values: [UInt8: Int] = Dictionary(
        uniqueKeysWithValues: alphabet.enumerated().map { ($1, $0) }
    )

    /// The text of some bytes.
    public static func text(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count * 4 + 2) / 3)
        var (bits, count) = (0, 0)
        for byte in bytes {
            bits = (bits << 8 | Int(byte)) & 0x3FFF
            count += 8
            while count >= 6 {
                count -= 6
                output.append(alphabet[bits >> count & 63])
            }
        }
        if count > 0 { output.append(alphabet[bits << (6 - count) & 63]) }
        return String(decoding: output, as: UTF8.self)
    }

    /// The bytes of a text; nil for anything but base64url without padding, and for bits at the end that are no byte and not
    /// zero.
    public static func bytes(_ text: String) -> [UInt8]? {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count * 3 / 4)
        var (bits, count) = (0, 0)
        for character in text.utf8 {
            guard let value = values[character] else { return nil }
            bits = (bits << 6 | value) & 0x3FFF
            count += 6
            if count >= 8 {
                count -= 8
                output.append(UInt8(bits >> count & 255))
            }
        }
        guard count < 6, bits & (1 << count - 1) == 0 else { return nil }
        return output
    }
}
