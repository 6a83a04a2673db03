/// How the text of a hash is spelled, for programs that read it more strictly than this one, or compare it.
public enum HashSpelling {
    /// Whether crypt(3) would write a hash in just these characters, as it has to: it compares texts.
    ///
    /// It never sets the bits of a last digit that belong to no byte, while others did, and their hashes are taken in.
    ///
    /// - Returns: True, too, for texts of no form of crypt(3).
    public static func isOfCrypt(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        if bytes.begins(with: "$7$") {
            return bytes.hashParts.last.flatMap(CryptDigits.bytes)?.spare ?? 0 == 0
        }
        return (try? CryptText(parsing: bytes))?.text ?? bytes == bytes
    }

    /// Whether crypt(3) can read the salt of a text of scrypt, `$7$`: it takes digits alone.
    ///
    /// - Returns: True, too, for texts of other forms.
    public static func hasSaltOfCrypt(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.begins(with: "$7$"), let cost = bytes.hashParts.dropFirst(2).first else {
            return true
        }
        return CryptDigits.areAll(cost)
    }

    /// Whether base64 has no bits that belong to no byte; some decoders refuse a text with such bits.
    public static func isWholeBase64(_ text: some StringProtocol) -> Bool {
        HashBase64.isCanonical(text.utf8)
    }
}
