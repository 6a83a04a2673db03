public import TextBytes

/// The name of an entry: from the entry's own part up to the suffix (RFC 4514).
public struct DistinguishedName: Sendable, Equatable {
    /// One part: attributes with values, nearly always one.
    public struct Part: Sendable, Equatable {
        /// The attributes, in lower case, with their values as they were written.
        public let pairs: [(type: [UInt8], value: [UInt8])]

        /// A part of one attribute.
        public init(_ type: String, _ value: some Sequence<UInt8>) {
            pairs = [(Array(type.utf8), Array(value))]
        }

        init(_ pairs: [(type: [UInt8], value: [UInt8])]) {
            self.pairs = pairs
        }

        /// The value, if the part has one attribute, and that of this type.
        public func value(of type: String) -> [UInt8]? {
            guard pairs.count == 1, let pair = pairs.first, pair.type.elementsEqual(type.utf8)
            else { return nil }
            return pair.value
        }

        /// Whether both are one: values without regard to the case of ASCII letters, to blanks at their ends and to how many stand
        /// between words.
        public static func == (left: Part, right: Part) -> Bool {
            left.pairs.count == right.pairs.count
                && zip(left.pairs, right.pairs).allSatisfy { one, other in
                    one.type == other.type && isSame(one.value, other.value)
                }
        }

        private static func isSame(_ one: [UInt8], _ other: [UInt8]) -> Bool {
            if one.isSameFolded(as: other) { return true }
            let blank = UInt8(ascii: " ")
            guard one.contains(blank) || other.contains(blank) else { return false }
            return one.withSingleBlanks.isSameFolded(as: other.withSingleBlanks)
        }
    }

    /// The parts, the entry's own first.
    public let parts: [Part]

    /// A name of parts.
    public init(_ parts: [Part]) {
        self.parts = parts
    }

    /// The same name, with attributes called by others of their names.
    ///
    /// - Parameter usual: The name of an attribute in lower case, by one that it has as well; nil if it stays.
    /// - Returns: The name.
    public func renaming(_ usual: ([UInt8]) -> [UInt8]?) -> DistinguishedName {
        DistinguishedName(
            parts.map { part in
                Part(part.pairs.map { (type: usual($0.type) ?? $0.type, value: $0.value) })
            }
        )
    }

    /// Whether it is the empty name, of the root.
    public var isRoot: Bool { parts.isEmpty }

    /// The name of the entry above.
    public var parent: DistinguishedName { DistinguishedName(Array(parts.dropFirst())) }

    /// Whether the entry is another one, or stands below it.
    public func isWithin(_ other: DistinguishedName) -> Bool {
        parts.count >= other.parts.count
            && parts.suffix(other.parts.count).elementsEqual(other.parts)
    }

    /// The parts below another name; nil if it does not stand within.
    public func parts(below other: DistinguishedName) -> ArraySlice<Part>? {
        isWithin(other) ? parts.dropLast(other.parts.count) : nil
    }
}

extension Collection<UInt8> {
    /// Whether both have the same bytes, ASCII letters without regard to case.
    @inlinable public func isSameFolded(as other: some Collection<UInt8>) -> Bool {
        count == other.count
            && zip(self, other).allSatisfy { $0.asciiLowercased == $1.asciiLowercased }
    }

    /// The bytes with ASCII letters in lower case.
    @inlinable public var foldedBytes: [UInt8] { map(\.asciiLowercased) }
}
