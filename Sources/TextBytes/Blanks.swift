extension Collection<UInt8> {
    /// The bytes of a text without blanks at its ends, and with one where there are several.
    @inlinable public var withSingleBlanks: [UInt8] {
        let blank = UInt8(ascii: " ")
        var text: [UInt8] = []
        text.reserveCapacity(count)
        for byte in self where byte != blank || text.last.map({ $0 != blank }) == true {
            text.append(byte)
        }
        if text.last == blank { text.removeLast() }
        return text
    }
}

extension String {
    /// The text without blanks at its ends, and with one where there are several.
    public var withSingleBlanks: String { String(decoding: utf8.withSingleBlanks, as: UTF8.self) }
}
