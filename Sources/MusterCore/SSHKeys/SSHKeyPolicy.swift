/// What public keys have to be.
public struct SSHKeyPolicy: Sendable {
    /// The most keys one user may have.
    public static let maximumKeysPerUser = 64
    /// The fewest bits of an RSA modulus (NIST SP 800-131A revision 2, table 2).
    public static let recommendedRSABits = 2048
    /// The most bits of an RSA modulus (OpenSSH, `SSHBUF_MAX_BIGNUM`).
    static let maximumRSABits = 16_384

    /// The most bytes of a security key's application: no other key is as long as one with a very long one would be.
    static let maximumApplicationBytes = 1_023

    /// The refusal of one key more.
    static var tooMany: MusterError {
        MusterError(
            .sshKeyTooMany,
            "A user has at most \(maximumKeysPerUser) keys. Remove one first."
        )
    }

    /// The fewest bits of an RSA modulus.
    public let minimumRSABits: Int
    private let curves: any CurveChecker

    /// Builds a policy.
    public init(minimumRSABits: Int = recommendedRSABits, curves: any CurveChecker) {
        self.minimumRSABits = minimumRSABits
        self.curves = curves
    }

    /// Checks a key's fields, down to its last byte.
    ///
    /// - Throws: ``MusterError`` with code `ssh_key.invalid`.
    public func check(_ key: SSHPublicKey) throws(MusterError) {
        var fields = SSHKeyBlob(key.blob)
        _ = try fields.string()
        switch key.type {
        case .rsa:
            try checkRSA(exponent: try fields.magnitude(), modulus: try fields.magnitude())
        case .ed25519:
            try checkEd25519(try fields.string())
        case .ecdsa256:
            try checkECDSA(.p256, name: try fields.string(), point: try fields.string())
        case .ecdsa384:
            try checkECDSA(.p384, name: try fields.string(), point: try fields.string())
        case .ecdsa521:
            try checkECDSA(.p521, name: try fields.string(), point: try fields.string())
        case .securityKeyEd25519:
            try checkEd25519(try fields.string())
            try checkApplication(try fields.string())
        case .securityKeyECDSA256:
            try checkECDSA(.p256, name: try fields.string(), point: try fields.string())
            try checkApplication(try fields.string())
        }
        guard fields.isAtEnd else { throw SSHPublicKey.refusal("has bytes after its end") }
    }

    private func checkRSA(exponent: [UInt8], modulus: [UInt8]) throws(MusterError) {
        let isOdd = (exponent.last ?? 0) & 1 == 1
        guard isOdd, exponent.count <= 8, exponent != [1] else {
            throw SSHPublicKey.refusal(
                "has an RSA exponent that is not odd, from 3 and of at most 64 bits"
            )
        }
        let leading = modulus.first?.leadingZeroBitCount ?? 8
        let bits = modulus.count * 8 - leading
        guard bits >= minimumRSABits else {
            throw SSHPublicKey.refusal(
                "has an RSA modulus of \(bits) bits; at least \(minimumRSABits) are needed"
            )
        }
        guard bits <= SSHKeyPolicy.maximumRSABits else {
            throw SSHPublicKey.refusal(
                "has an RSA modulus of more than \(SSHKeyPolicy.maximumRSABits) bits"
            )
        }
        guard (modulus.last ?? 0) & 1 == 1 else {
            throw SSHPublicKey.refusal("has an RSA modulus that is even")
        }
    }

    private func checkEd25519(_ bytes: [UInt8]) throws(MusterError) {
        guard bytes.count == 32 else {
            throw SSHPublicKey.refusal("has an Ed25519 point that is not 32 bytes long")
        }
        var point = bytes
        point[31] &= 0x7F
        guard !SmallOrderPoints.all.contains(point) else {
            throw SSHPublicKey.refusal("has an Ed25519 point of small order, which proves nothing")
        }
    }

    private func checkECDSA(
        _ curve: SSHCurve,
        name: [UInt8],
        point: [UInt8]
    ) throws(MusterError) {
        guard name == Array(curve.rawValue.utf8) else {
            throw SSHPublicKey.refusal("names a curve that is not its type's, \(curve.rawValue)")
        }
        guard point.count == curve.pointLength, point.first == 4, curves.isPoint(point, on: curve)
        else { throw SSHPublicKey.refusal("has a point that is not on \(curve.rawValue)") }
    }

    /// The application is text that programs in C show and compare: `ssh:` and whatever its owner added.
    private func checkApplication(_ bytes: [UInt8]) throws(MusterError) {
        guard !bytes.isEmpty else {
            throw SSHPublicKey.refusal("is of a security key but names no application")
        }
        guard bytes.count <= SSHKeyPolicy.maximumApplicationBytes else {
            throw SSHPublicKey.refusal("is of a security key with an application of 1 KiB or more")
        }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw SSHPublicKey.refusal(
                "is of a security key and has a control character in the name of its application"
            )
        }
    }
}

/// The Ed25519 points of order 1, 2, 4 and 8 in every encoding that decoders take, sign bit cleared.
///
/// RFC 8032 section 5.1.2 for the encoding; the two of order 8 follow from the curve's equation.
enum SmallOrderPoints {
    static let all: Set<[UInt8]> = [
        number(first: 0, filling: 0, last: 0),
        number(first: 1, filling: 0, last: 0),
        number(first: 0xEC, filling: 0xFF, last: 0x7F),
        number(first: 0xED, filling: 0xFF, last: 0x7F),
        number(first: 0xEE, filling: 0xFF, last: 0x7F),
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF,
            0x98, 0xF0,
            0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53,
            0xFC, 0x05,
        ],
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10,
            0x67, 0x0F,
            0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC,
            0x03, 0x7A,
        ],
    ]

    private static func number(first: UInt8, filling: UInt8, last: UInt8) -> [UInt8] {
        [first] + [UInt8](repeating: filling, count: 30) + [last]
    }
}
