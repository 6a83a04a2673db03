/// The public half of a passkey, read from a COSE key (RFC 9052 section 7, RFC 9053, RFC 8230).
public enum PasskeyPublicKey: Sendable, Equatable {
    /// ECDSA with P-256 and SHA-256: the coordinates, 32 bytes each.
    case es256(x: [UInt8], y: [UInt8])
    /// Ed25519: 32 bytes.
    case eddsa([UInt8])
    /// RSASSA-PKCS1-v1_5 with SHA-256: modulus and exponent, most significant byte first.
    case rs256(modulus: [UInt8], exponent: [UInt8])

    /// The algorithms that are offered, best first, by their numbers in COSE: ES256, EdDSA, RS256.
    public static let algorithms: [Int64] = [-7, -8, -257]

    /// The number of the key's algorithm in COSE.
    public var algorithm: Int64 {
        switch self {
        case .es256: -7
        case .eddsa: -8
        case .rs256: -257
        }
    }

    /// The fewest and the most bytes of an RSA modulus: 2048 and 4096 bits.
    private static let modulusBytes = 256...512

    /// Reads a COSE key.
    ///
    /// Each kind of key has exactly its members, and no others. Whether the point lies on its curve is asked of
    /// ``FactorCryptography/isUsable(_:)``.
    ///
    /// - Throws: ``PasskeyFault`` `.key`.
    init(_ value: CBORValue) throws(PasskeyFault) {
        guard case .map(let pairs) = value, case .integer(let kind)? = value[1],
            case .integer(let algorithm)? = value[3]
        else { throw .key }
        switch (kind, algorithm, value[-1], value[-2], value[-3], pairs.count) {
        case (2, -7, .integer(1), .bytes(let x), .bytes(let y), 5)
        where x.count == 32 && y.count == 32:
            self = .es256(x: x, y: y)
        case (1, -8, .integer(6), .bytes(let point), nil, 4) where point.count == 32:
            self = .eddsa(point)
        case (3, -257, .bytes(let modulus), .bytes(let exponent), nil, 4)
        where Self.isModulus(modulus) && Self.isExponent(exponent):
            self = .rs256(modulus: modulus, exponent: exponent)
        default:
            throw .key
        }
    }

    /// Reads a key that was checked before it was stored; nil if it is none all the same.
    static func stored(_ bytes: [UInt8]) -> PasskeyPublicKey? {
        guard let value = try? CBORReader.value(of: bytes) else { return nil }
        return try? PasskeyPublicKey(value)
    }

    private static func isModulus(_ bytes: [UInt8]) -> Bool {
        modulusBytes.contains(bytes.count) && bytes[0] & 0x80 != 0
            && bytes[bytes.count - 1] & 1 == 1
    }

    /// Whether an exponent is odd and at least 3, in at most four bytes.
    private static func isExponent(_ bytes: [UInt8]) -> Bool {
        guard (1...4).contains(bytes.count), bytes[0] != 0 else { return false }
        let number = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return number >= 3 && number & 1 == 1
    }
}
