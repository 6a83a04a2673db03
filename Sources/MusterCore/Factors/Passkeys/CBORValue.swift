/// A value of CBOR (RFC 8949), as far as authenticators use it.
enum CBORValue: Sendable, Equatable {
    /// A whole number; those beyond 63 bits are not taken.
    case integer(Int64)
    /// Bytes.
    case bytes([UInt8])
    /// A text, as the bytes of its UTF-8.
    case text([UInt8])
    /// Values in a row.
    case array([CBORValue])
    /// Values by keys, of which no two are equal, in canonical order.
    case map([CBORPair])
    /// True or false.
    case bool(Bool)
    /// Nothing.
    case null

    /// The value under a text; nil if this is no map, or has no such key.
    subscript(_ name: StaticString) -> CBORValue? {
        self[.text(name.withUTF8Buffer { Array($0) })]
    }

    /// The value under a number; nil if this is no map, or has no such key.
    subscript(_ number: Int64) -> CBORValue? { self[.integer(number)] }

    private subscript(_ key: CBORValue) -> CBORValue? {
        guard case .map(let pairs) = self else { return nil }
        return pairs.first { $0.key == key }?.value
    }
}

/// A key and its value in a map.
struct CBORPair: Sendable, Equatable {
    let key: CBORValue
    let value: CBORValue
}

/// Why bytes are not what a passkey's authenticator sends.
struct CBORError: Error, Equatable {
    /// What is wrong, for people.
    let message: String
    /// Where, in bytes from the beginning.
    let offset: Int
}
