public import MusterCore

/// Codes and signatures without cryptography, for tests that only need right ones to be told from wrong ones.
///
/// A signature is a digest of key and message, which anybody can compute.
public struct PlainFactorCryptography: FactorCryptography {
    private static let digester = PlainDigester()

    /// There is nothing to set.
    public init() {}

    /// 20 bytes that depend on message and key.
    public func hmacSHA1(of message: [UInt8], under key: [UInt8]) -> [UInt8] {
        Array(Self.digester.keyedDigest(key + message).bytes.prefix(20))
    }

    /// Always, but for points of which all bytes are 0xFF.
    public func isUsable(_ key: PasskeyPublicKey) -> Bool {
        !Self.bytes(of: key).allSatisfy { $0 == 0xFF }
    }

    /// Whether a signature is what ``signature(over:by:)`` makes.
    public func isSignature(
        _ signature: [UInt8],
        over message: [UInt8],
        by key: PasskeyPublicKey
    ) -> Bool {
        signature == Self.signature(over: message, by: key)
    }

    /// The signature over a message.
    public static func signature(over message: [UInt8], by key: PasskeyPublicKey) -> [UInt8] {
        digester.keyedDigest(bytes(of: key) + message).bytes
    }

    private static func bytes(of key: PasskeyPublicKey) -> [UInt8] {
        switch key {
        case .es256(let x, let y): x + y
        case .eddsa(let point): point
        case .rs256(let modulus, let exponent): modulus + exponent
        }
    }
}
