import LDAPWire
import TextBytes

/// Parts of a text that have to be found in it, in their order and not over each other.
struct LDAPTextParts: Sendable, Equatable {
    let initial: [UInt8]?
    let any: [[UInt8]]
    let final: [UInt8]?
    private let rule: LDAPMatchingRule

    /// Reads parts; nil if one of them is no text, or longer than any that the directory has.
    ///
    /// They are compared with values without blanks at their ends, and with one between words: so neither a part has more where
    /// it stands, nor the first and the last one any at the ends of the value (RFC 4518 section 2.6.1).
    init?(_ parts: LDAPSubstrings, _ rule: LDAPMatchingRule) {
        func read(
            _ bytes: ArraySlice<UInt8>,
            isFirst: Bool = false,
            isLast: Bool = false
        ) -> [UInt8]? {
            guard rule != .caseExactASCII else { return Array(bytes) }
            let text = LDAPValue.folded(bytes, by: rule, isWhole: false)
            return text.map { LDAPTextParts.seen($0, isFirst: isFirst, isLast: isLast) }
        }
        self.rule = rule
        initial = parts.initial.flatMap { read($0, isFirst: true) }
        final = parts.final.flatMap { read($0, isLast: true) }
        any = parts.any.compactMap { read($0) }
        let isRead =
            (initial != nil) == (parts.initial != nil) && (final != nil) == (parts.final != nil)
            && any.count == parts.any.count
        guard isRead else { return nil }
    }

    /// What of a part is seen: of blanks alone one.
    private static func seen(_ text: [UInt8], isFirst: Bool, isLast: Bool) -> [UInt8] {
        let blank = UInt8(ascii: " ")
        let words = text.withSingleBlanks
        guard !words.isEmpty else { return text.isEmpty ? [] : [blank] }
        let before = !isFirst && text.first == blank ? [blank] : []
        let after = !isLast && text.last == blank ? [blank] : []
        return before + words + after
    }

    /// Whether a value has them.
    func match(_ value: [UInt8]) -> Bool {
        let read = rule == .caseExactASCII ? value : LDAPValue.folded(value, by: rule)
        guard let text = read else { return false }
        var rest = text[...]
        if let initial {
            guard rest.starts(with: initial) else { return false }
            rest = rest.dropFirst(initial.count)
        }
        if let final {
            guard rest.count >= final.count, rest.suffix(final.count).elementsEqual(final) else {
                return false
            }
            rest = rest.dropLast(final.count)
        }
        for part in any {
            guard let end = rest.end(of: part) else { return false }
            rest = rest[end...]
        }
        return true
    }
}

extension ArraySlice<UInt8> {
    /// After the first place where some bytes are; nil if they are nowhere.
    fileprivate func end(of part: [UInt8]) -> Int? {
        guard count >= part.count else { return nil }
        for start in startIndex...(endIndex - part.count)
        where self[start..<(start + part.count)].elementsEqual(part) {
            return start + part.count
        }
        return nil
    }
}
