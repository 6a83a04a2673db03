extension String {
    /// Whether the text is, without regard to ASCII case, these lower-case letters and signs.
    func isEqual(to name: StaticString) -> Bool {
        utf8.isEqual(to: name)
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
    /// The lower-case letter of an ASCII letter; anything else stays.
    var asciiLowercased: UInt8 {
        self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
    }

    /// Whether the byte is a space or a tab.
    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}
