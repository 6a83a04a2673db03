import TextBytes

/// One element of `Forwarded` (RFC 7239 section 4): what one proxy says of one hop.
struct ForwardedElement {
    private let pairs: [(name: [UInt8], value: String)]

    /// The value of a parameter; nil if it is not there.
    subscript(name: StaticString) -> String? {
        pairs.first { $0.name.isEqual(to: name) }?.value
    }

    /// The last elements of a field's value, in their order: as many as there are, `count` at most.
    ///
    /// What cannot be read gives an element without parameters, so that a hop is never passed over. Where elements end
    /// is known from the beginning only, since commas may be quoted; no more than the last of them are looked at.
    static func last(_ count: Int, in value: String) -> [ForwardedElement] {
        split(Array(value.utf8)[...], at: UInt8(ascii: ","), keeping: count).map { element in
            var pairs: [(name: [UInt8], value: String)] = []
            for part in split(element, at: UInt8(ascii: ";")) {
                let part = part.trimmingBlanks
                // The grammar lets pairs be empty; an element of nothing else says nothing of its hop.
                if part.isEmpty { continue }
                guard let sign = part.firstIndex(of: UInt8(ascii: "=")),
                    let value = unquoted(part[(sign + 1)...])
                else { return ForwardedElement(pairs: []) }
                pairs.append((Array(part[..<sign]), value))
            }
            return ForwardedElement(pairs: pairs)
        }
    }

    /// Splits a text at a sign that stands outside of quotes, and keeps so many of the parts, the last ones; a quote that
    /// never ends makes one bad part.
    private static func split(
        _ bytes: ArraySlice<UInt8>,
        at sign: UInt8,
        keeping count: Int = .max
    ) -> ArraySlice<ArraySlice<UInt8>> {
        var parts: ArraySlice<ArraySlice<UInt8>> = []
        var start = bytes.startIndex
        var isQuoted = false
        var isEscaped = false
        for (index, byte) in zip(bytes.indices, bytes) {
            if isEscaped {
                isEscaped = false
            } else if isQuoted, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == sign, !isQuoted {
                parts.append(bytes[start..<index])
                start = index + 1
                if parts.count >= count { parts.removeFirst() }
            }
        }
        parts.append(bytes[start...])
        return parts.suffix(count)
    }

    /// The text of a token or of a quoted string (RFC 9110 section 5.6.4); nil if it is neither.
    private static func unquoted(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.first == UInt8(ascii: "\"") else {
            return bytes.contains(UInt8(ascii: "\"")) ? nil : String(decoding: bytes, as: UTF8.self)
        }
        var text: [UInt8] = []
        var rest = bytes.dropFirst()
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") {
                return rest.isEmpty ? String(decoding: text, as: UTF8.self) : nil
            }
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            guard let escaped = rest.popFirst() else { return nil }
            text.append(escaped)
        }
        return nil
    }
}
