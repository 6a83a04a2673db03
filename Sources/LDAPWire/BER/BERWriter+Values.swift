extension BERWriter {
    /// Writes a string of bytes.
    public mutating func octets(
        _ content: some Collection<UInt8>,
        tag: UInt8 = BERTag.octetString
    ) {
        // Its bytes lie in a row, but for texts that others lend to Swift.
        if content.withContiguousStorageIfAvailable({ put($0, tag) }) == nil {
            octets(Array(content), tag: tag)
        }
    }

    /// Writes a string of bytes, as most of them are kept.
    public mutating func octets(_ content: [UInt8], tag: UInt8 = BERTag.octetString) {
        content.withUnsafeBufferPointer { put($0, tag) }
    }

    /// Writes a text.
    public mutating func octets(_ text: String, tag: UInt8 = BERTag.octetString) {
        octets(text.utf8, tag: tag)
    }

    /// Writes a whole number, or a value of an enumeration.
    public mutating func integer(_ value: Int, tag: UInt8 = BERTag.integer) {
        // As many bytes as show the sign.
        var digits = 1
        while digits < 8, value >> (8 * digits - 1) != 0, value >> (8 * digits - 1) != -1 {
            digits += 1
        }
        put(tag)
        putLength(digits)
        for digit in (0..<digits).reversed() {
            put(UInt8(truncatingIfNeeded: value >> (8 * digit)))
        }
    }

    /// Writes a truth value (RFC 4511 section 5.1: true is 0xFF).
    public mutating func boolean(_ value: Bool, tag: UInt8 = BERTag.boolean) {
        put(tag)
        putLength(1)
        put(value ? 0xFF : 0x00)
    }

    /// Writes elements that were written before.
    public mutating func raw(_ elements: some Collection<UInt8>) {
        if elements.withContiguousStorageIfAvailable({ put($0) }) == nil { raw(Array(elements)) }
    }
}
