extension StringProtocol {
    /// Whether both texts have the same bytes of UTF-8.
    @inlinable
    public func hasSameBytes(as other: some StringProtocol) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        // Nearly every text lies in one piece, and to go through that takes a tenth of the time.
        let isSame = utf8.withContiguousStorageIfAvailable { bytes in
            other.utf8.withContiguousStorageIfAvailable { bytes.elementsEqual($0) }
        }
        return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
    }

    /// Whether both texts have the same bytes of UTF-8, ASCII letters without regard to case.
    @inlinable
    public func hasSameFoldedBytes(as other: some StringProtocol) -> Bool {
        utf8.count == other.utf8.count
            && zip(utf8, other.utf8).allSatisfy { $0.asciiLowercased == $1.asciiLowercased }
    }

    /// The bytes with ASCII letters in lower case: texts that differ in nothing else are one name.
    @inlinable public var foldedASCII: [UInt8] { utf8.map(\.asciiLowercased) }

    /// The beginning, of so many bytes at most; no code point is cut through.
    ///
    /// For messages: what is quoted is cut before anything counts characters.
    public func head(_ limit: Int = TextLimit.quotation) -> String {
        guard utf8.count > limit else { return String(self) }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        var length = limit
        while length > 0, utf8[end] & 0xC0 == 0x80 {
            length -= 1
            end = utf8.index(utf8.startIndex, offsetBy: length)
        }
        return String(self[..<end])
    }

    /// The beginning in quotes, as a sentence says it; an ellipsis where there is more.
    public func quoted(_ limit: Int = TextLimit.quotation) -> String {
        let beginning = head(limit)
        return (utf8.count > limit ? beginning + "\u{2026}" : beginning).debugDescription
    }
}

extension String {
    /// Calls `body` with the bytes of UTF-8, where they lie.
    ///
    /// `withUTF8` may have to change the text for that, and so takes one of its own, which is kept and let go again: half of
    /// what it takes to write a short one.
    @inlinable
    @inline(__always)
    public func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
        // A text that does not lie in one piece, as none does that was made by Swift.
        return Array(utf8).withUnsafeBufferPointer(body)
    }
}

extension UInt8 {
    /// The lower-case letter of an ASCII letter; anything else stays.
    @inlinable public var asciiLowercased: UInt8 {
        self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
    }
}

extension String? {
    /// Whether there is no text on either side, or both have the same bytes of UTF-8.
    @inlinable
    public func hasSameBytes(as other: String?) -> Bool {
        guard let self, let other else { return self == nil && other == nil }
        return self.hasSameBytes(as: other)
    }
}
