import LDAPWire
import MusterCore

/// What of a name or an address that a filter looks for a part of is looked for in the index.
///
/// The index of users' names tells small letters of ASCII from no capital ones, as filters do. Filters find more alike:
/// `ſ` and `s`, `ﬁ` and `fi`; and they do not see the blanks that a name begins with, nor how many stand between words. So whoever
/// looks in the index looks for what may stand in the place of a letter, or for letters for which nothing may, and asks the
/// filter about what is found.
enum LDAPTextLook {
    /// The attributes of users of which the index knows parts.
    static let attributes: Set<LDAPAttribute> = [.uid, .cn, .displayName, .mail]

    /// The most users who are found by the texts of a filter.
    ///
    /// Where more have one of them, a look at everybody soon finds some of them, and one at all of them is not much shorter.
    static let most = 5_000
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
    /// The letters of ASCII that may come of another character, as its first or a later one.
    static let ambiguous = Set("afhijklnstwy".utf8)

    /// What the index is asked for, for texts of an attribute that have some parts; nil if it cannot be asked.
    static func key(_ attribute: LDAPAttribute, _ parts: LDAPTextParts) -> LDAPUserKey? {
        guard attributes.contains(attribute) else { return nil }
        let beginning = parts.initial.flatMap { head(of: $0) }
        let pieces = parts.any + [parts.initial, parts.final].compactMap(\.self)
        // Login names are ASCII.
        let found = pieces.flatMap { runs(of: $0, without: attribute == .uid ? [] : ambiguous) }
        let run = found.max { $0.utf8.count < $1.utf8.count }
        guard let beginning, beginning.utf8.count >= UserQuery.minimumInfix || run == nil else {
            return run.map { .containing($0) }
        }
        return .beginning(beginning)
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

    /// The visible ASCII in a folded text, without some letters, as far as the index can be asked for it.
    private static func runs(of folded: [UInt8], without excluded: Set<UInt8>) -> [String] {
        folded.split(whereSeparator: { !(0x21...0x7E).contains($0) || excluded.contains($0) })
            .filter { $0.count >= UserQuery.minimumInfix }
            .map { String(decoding: $0.prefix(maximumBytes), as: UTF8.self) }
    }
}
