import LDAPWire
import MusterCore

/// What of a name or an address that a filter looks for is looked for in the index.
///
/// The index of users' names tells small letters of ASCII from no capital ones, as filters do. Filters find more alike:
/// `ſ` and `s`, `ﬁ` and `fi`; and they do not see the blanks that a name begins with, nor how many stand between words. So whoever
/// looks in the index looks for all that may stand in the place of a letter, word by word, and asks the filter about what is
/// found.
enum LDAPTextLook {
    /// The attributes of users of which the index knows parts.
    static let attributes: LDAPAttributeSet = [.uid, .cn, .displayName, .mail]

    /// The most bytes of a beginning that are looked for; more would be looked for in too many ways.
    private static let maximumBytes = 32

    /// The characters beyond ASCII that are folded to what begins with a letter of it, by that letter (``GroupLook``).
    static let alike: [UInt8: [Unicode.Scalar]] = [
        UInt8(ascii: "a"): ["\u{1E9A}"],
        UInt8(ascii: "f"): ["\u{FB00}", "\u{FB01}", "\u{FB02}", "\u{FB03}", "\u{FB04}"],
        UInt8(ascii: "h"): ["\u{1E96}"],
        UInt8(ascii: "i"): ["\u{130}"],
        UInt8(ascii: "j"): ["\u{1F0}"],
        UInt8(ascii: "k"): ["\u{212A}"],
        UInt8(ascii: "s"): ["\u{DF}", "\u{17F}", "\u{1E9E}", "\u{FB05}", "\u{FB06}"],
        UInt8(ascii: "t"): ["\u{1E97}"],
        UInt8(ascii: "w"): ["\u{1E98}"],
        UInt8(ascii: "y"): ["\u{1E99}"],
    ]

    /// What the index is asked for, for texts of an attribute that have some parts; nil if it cannot be asked.
    static func key(_ attribute: LDAPAttribute, _ parts: LDAPTextParts) -> LDAPUserKey? {
        let others = parts.any + [parts.final].compactMap(\.self)
        return key(attribute, beginning: parts.initial, with: others)
    }

    /// The same for a text that is one of an attribute.
    static func key(_ attribute: LDAPAttribute, whole text: [UInt8]) -> LDAPUserKey? {
        key(attribute, beginning: text, with: [])
    }

    private static func key(
        _ attribute: LDAPAttribute,
        beginning: [UInt8]?,
        with others: [[UInt8]]
    ) -> LDAPUserKey? {
        guard attributes.contains(attribute) else { return nil }
        // Login names are ASCII.
        let isPlain = attribute == .uid
        let word = beginning.flatMap { head(of: $0) }
        let tail = beginning.map { Array($0.dropFirst(word?.utf8.count ?? 0)) } ?? []
        // By its beginning alone a text is found soonest, where nothing else is known of it.
        if let word, LDAPFolds.clues(of: others + [tail], isPlain: isPlain).isEmpty {
            return .beginning(word)
        }
        let clues = LDAPFolds.clues(of: [beginning ?? []] + others, isPlain: isPlain)
        return clues.isEmpty ? nil : .containing(clues)
    }

    /// What the index is asked for by a beginning: the visible ASCII that a folded text begins with.
    ///
    /// - Returns: At most 32 bytes of it; nil if there is none, so that everybody has to be looked at.
    static func head(of folded: [UInt8]) -> String? {
        let head = folded.prefix(maximumBytes).prefix { (0x21...0x7E).contains($0) }
        return head.isEmpty ? nil : String(decoding: head, as: UTF8.self)
    }

    /// The texts with one of which every name begins that a filter finds by such a head.
    static func texts(of head: String) -> [String] {
        var texts = [head, " "]
        for (place, byte) in head.utf8.enumerated() {
            let before = String(decoding: head.utf8.prefix(place), as: UTF8.self)
            texts += (alike[byte] ?? []).map { before + String(Character($0)) }
        }
        return texts
    }
}
