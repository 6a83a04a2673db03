/// Reads elements of BER one after the other, as RFC 4511 section 5.1 restricts it.
///
/// Lengths are definite, in any form: some clients always write five bytes of them. Strings come in one piece. Tags have
/// one byte, since LDAP has no others. Nothing is copied: what is read are parts of the message.
public struct BERReader: Sendable {
    /// What has not been read yet.
    public private(set) var rest: ArraySlice<UInt8>

    /// Begins at the first of some bytes.
    public init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    /// Whether everything was read.
    public var isAtEnd: Bool { rest.isEmpty }

    /// The tag of the next element; nil at the end.
    public var nextTag: UInt8? { rest.first }

    /// Reads the next element, whatever it is.
    ///
    /// - Throws: ``BERError`` if there is none, or it is longer than what stands around it.
    public mutating func element() throws(BERError) -> (tag: UInt8, content: ArraySlice<UInt8>) {
        guard let tag = rest.first else { throw BERError("an element is missing") }
        guard tag & 0x1F != 0x1F else { throw BERError("a tag has more than one byte") }
        let (length, size) = try length()
        let start = rest.startIndex + 1 + size
        guard rest.endIndex - start >= length else {
            throw BERError("an element is longer than what it stands in")
        }
        let content = rest[start..<start + length]
        rest = rest[(start + length)...]
        return (tag, content)
    }

    /// The length of the next element, and the bytes that say it.
    private func length() throws(BERError) -> (length: Int, size: Int) {
        let first = rest.startIndex + 1
        // Most have one byte, and those of entries three.
        if first < rest.endIndex, rest[first] & 0x80 == 0 { return (Int(rest[first]), 1) }
        if rest.endIndex - first >= 3, rest[first] == 0x82 {
            return (Int(rest[first + 1]) << 8 | Int(rest[first + 2]), 3)
        }
        switch BERLength(rest.dropFirst()) {
        case .incomplete: throw BERError("a length is cut off")
        case .malformed(let reason): throw BERError(reason)
        case .known(let length, let size): return (length, size)
        }
    }

    /// Reads the next element, which has to have a tag.
    ///
    /// - Throws: ``BERError`` as ``element()``, or if it has another one.
    public mutating func content(of tag: UInt8) throws(BERError) -> ArraySlice<UInt8> {
        let found = try element()
        guard found.tag == tag else {
            throw BERError("expected the tag \(hex(tag)), not \(hex(found.tag))")
        }
        return found.content
    }

    /// Reads the next element if it has a tag; nil if it has another one or there is none.
    ///
    /// - Throws: ``BERError`` as ``element()``.
    public mutating func contentIfPresent(
        of tag: UInt8
    ) throws(BERError) -> ArraySlice<UInt8>? {
        guard nextTag == tag else { return nil }
        return try element().content
    }

    /// Reads what stands in a constructed element.
    ///
    /// - Throws: ``BERError`` as ``content(of:)``.
    public mutating func constructed(
        _ tag: UInt8 = BERTag.sequence
    ) throws(BERError) -> BERReader {
        BERReader(try content(of: tag))
    }

    /// Reads a string of bytes.
    ///
    /// - Throws: ``BERError`` as ``content(of:)``; strings in pieces have another tag.
    public mutating func octets(
        _ tag: UInt8 = BERTag.octetString
    ) throws(BERError) -> ArraySlice<UInt8> {
        try content(of: tag)
    }

    /// Reads a whole number, or a value of an enumeration.
    ///
    /// - Throws: ``BERError`` as ``content(of:)``, or if it has no bytes or more than eight.
    public mutating func integer(_ tag: UInt8 = BERTag.integer) throws(BERError) -> Int {
        try BERReader.integer(in: try content(of: tag))
    }

    /// The whole number that the content of an element is.
    ///
    /// - Throws: ``BERError`` if it has no bytes or more than eight.
    static func integer(in bytes: ArraySlice<UInt8>) throws(BERError) -> Int {
        guard let first = bytes.first, bytes.count <= 8 else {
            throw BERError("a number has \(bytes.count) bytes")
        }
        let start = first & 0x80 == 0 ? 0 : -1
        return bytes.reduce(start) { $0 << 8 | Int($1) }
    }

    /// Reads a truth value: any byte but 0 is true (X.690 section 8.2.2).
    ///
    /// - Throws: ``BERError`` as ``content(of:)``, or if it has not one byte.
    public mutating func boolean(_ tag: UInt8 = BERTag.boolean) throws(BERError) -> Bool {
        let bytes = try content(of: tag)
        guard let byte = bytes.first, bytes.count == 1 else {
            throw BERError("a truth value has \(bytes.count) bytes")
        }
        return byte != 0
    }

    /// Refuses bytes after the last element that is known.
    ///
    /// - Throws: ``BERError``.
    public func requireEnd() throws(BERError) {
        guard isAtEnd else { throw BERError("\(rest.count) bytes stand after the last element") }
    }
}

/// A length, as far as its bytes have arrived.
public enum BERLength: Sendable, Equatable {
    /// More bytes are needed to know it.
    case incomplete
    /// It is none that LDAP allows.
    case malformed(String)
    /// The length, and the bytes that say it.
    case known(Int, size: Int)

    /// Reads a length at the beginning of some bytes.
    public init(_ bytes: ArraySlice<UInt8>) {
        guard let first = bytes.first else {
            self = .incomplete
            return
        }
        guard first & 0x80 != 0 else {
            self = .known(Int(first), size: 1)
            return
        }
        let count = Int(first & 0x7F)
        guard count > 0 else {
            // RFC 4511 section 5.1: only the definite form.
            self = .malformed("a length is indefinite")
            return
        }
        guard count <= 8 else {
            self = .malformed("a length has \(count) bytes")
            return
        }
        let digits = bytes.dropFirst().prefix(count)
        guard digits.count == count else {
            self = .incomplete
            return
        }
        let length = digits.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        // Far above any bound that a reader has, and far below what arithmetic with it could overflow.
        guard length <= UInt64(Int32.max) else {
            self = .malformed("a length is \(length)")
            return
        }
        self = .known(Int(length), size: 1 + count)
    }
}

/// The tags that LDAP uses beside those of its operations.
public enum BERTag {
    /// BOOLEAN.
    public static let boolean: UInt8 = 0x01
    /// INTEGER.
    public static let integer: UInt8 = 0x02
    /// OCTET STRING, in one piece.
    public static let octetString: UInt8 = 0x04
    /// ENUMERATED.
    public static let enumerated: UInt8 = 0x0A
    /// SEQUENCE and SEQUENCE OF.
    public static let sequence: UInt8 = 0x30
    /// SET OF.
    public static let set: UInt8 = 0x31

    /// A tag of the context, primitive.
    public static func context(_ number: UInt8) -> UInt8 { 0x80 | number }

    /// A tag of the context, constructed.
    public static func constructedContext(_ number: UInt8) -> UInt8 { 0xA0 | number }
}

private func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.utf8.count == 1 ? "0x0" + digits : "0x" + digits
}
