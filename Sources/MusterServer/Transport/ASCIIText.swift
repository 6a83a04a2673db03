import TextBytes

extension String {
    /// Whether the text is, without regard to ASCII case, these lower-case letters and signs.
    func isEqual(to name: StaticString) -> Bool {
        utf8.isEqual(to: name)
    }

    /// Whether the text begins, without regard to ASCII case, with these lower-case letters and signs.
    func begins(with name: StaticString) -> Bool {
        utf8.prefix(name.utf8CodeUnitCount).isEqual(to: name)
    }

    /// Whether a member of the list with commas is, without regard to ASCII case, these lower-case letters and signs.
    func lists(_ name: StaticString) -> Bool {
        utf8.split(separator: UInt8(ascii: ",")).contains { $0.trimmingBlanks.isEqual(to: name) }
    }

    /// The text without spaces and tabs at its ends.
    var trimmingBlanks: Substring { Substring(self[...].utf8.trimmingBlanks) }
}

extension Substring {
    /// The text without spaces and tabs at its ends.
    var trimmingBlanks: Substring { Substring(utf8.trimmingBlanks) }
}

// Bytes are compared, not characters: header fields are read for every request.
extension BidirectionalCollection<UInt8> {
    /// Whether the text is, without regard to ASCII case, these lower-case letters and signs.
    func isEqual(to name: StaticString) -> Bool {
        isEqual(
            to: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        )
    }

    /// Whether the text is, without regard to ASCII case, these lower-case letters and signs.
    func isEqual(to name: some Collection<UInt8>) -> Bool {
        count == name.count && zip(self, name).allSatisfy { $0.asciiLowercased == $1 }
    }

    /// The text without spaces and tabs at its ends.
    var trimmingBlanks: SubSequence {
        var rest = self[...]
        while let byte = rest.first, byte.isBlank { rest = rest.dropFirst() }
        while let byte = rest.last, byte.isBlank { rest = rest.dropLast() }
        return rest
    }
}

extension UInt8 {
    /// Whether the byte is a space or a tab.
    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}
