/// A code that a user keeps for the day on which its other factors are lost.
///
/// It has 120 random bits, more than the 112 from which a plain digest is enough to keep it under (NIST SP 800-63B-4
/// section 3.1.2.2).
public enum RecoveryCode {
    /// How many codes are in a set.
    public static let setSize = 8
    /// How many characters a code has.
    public static let length = 24
    /// How many random bytes a code is made from.
    private static let byteCount = 15
    private static let groupLength = 6

    /// Digits and capital letters without those that look alike: 0 and O, 1 and I.
    private static let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ".utf8)

    /// A new code, as it is shown once: four groups of six characters.
    static func random(from random: any RandomSource) -> Secret<String> {
        let characters = Base32.digits(of: random.bytes(byteCount)).map { alphabet[$0] }
        let groups = stride(from: 0, to: length, by: groupLength).map { start in
            String(decoding: characters[start..<start + groupLength], as: UTF8.self)
        }
        return Secret(groups.joined(separator: "-"))
    }

    /// The characters of a code as it was typed, in any case and with blanks and hyphens wherever; nil if it is none.
    static func normalised(_ text: String) -> [UInt8]? {
        // As many blanks and hyphens as characters are more than anybody types.
        guard text.utf8.count <= length * 2 else { return nil }
        let characters = text.utf8.filter { $0 != 0x20 && $0 != UInt8(ascii: "-") }.map { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte & 0xDF : byte
        }
        guard characters.count == length, characters.allSatisfy(alphabet.contains) else {
            return nil
        }
        return characters
    }

    /// Whether a text is written as a code is shown.
    public static func isWritten(_ text: String) -> Bool {
        guard text.utf8.count == length + length / groupLength - 1 else { return false }
        return normalised(text) != nil
    }

    /// The digest under which a code is kept; nil if the text is none.
    static func digest(of code: Secret<String>, _ digester: any Digester) -> Digest? {
        code.withExposedValue { text in normalised(text).map { digester.digest($0) } }
    }
}
