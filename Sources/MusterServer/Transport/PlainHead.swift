import NIOHTTP1

extension HTTPRequestHead {
    /// Whether the values of all fields are ASCII; the parser takes no other names.
    var isPlain: Bool { headers.allSatisfy { $0.value.isPlain } }

    /// Makes ASCII of the values of all fields, before any handler or library compares them or cuts them into characters.
    ///
    /// To recipients other bytes are opaque (RFC 9110 section 5.5), and nothing that anybody here looks for has any. Each becomes a
    /// question mark, which no key, token, login name or revision has, so that a value which was none stays none. They are not refused:
    /// browsers send cookies of other programs along, and proxies names of people.
    mutating func makePlain() {
        headers = HTTPHeaders(
            headers.map { ($0.name, $0.value.isPlain ? $0.value : $0.value.plain) }
        )
    }
}

extension String {
    /// Whether all bytes are ASCII.
    fileprivate var isPlain: Bool {
        // Taken together and looked at once, many go in one step.
        utf8.withContiguousStorageIfAvailable { $0.reduce(0, |) < 0x80 }
            ?? utf8.allSatisfy { $0 < 0x80 }
    }

    /// The text with a question mark for each byte that is not ASCII.
    fileprivate var plain: String {
        String(decoding: utf8.map { $0 < 0x80 ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
