/// Computes what people's authenticators compute.
///
/// A port, because this target knows no cryptography.
public protocol FactorCryptography: Sendable {
    /// HMAC-SHA-1 (RFC 2104), 20 bytes, on which the codes of authenticator apps stand (RFC 4226).
    func hmacSHA1(of message: [UInt8], under key: [UInt8]) -> [UInt8]

    /// Whether a public key can be used: its point lies on the curve, its numbers are what RSA needs.
    func isUsable(_ key: PasskeyPublicKey) -> Bool

    /// Whether a signature over a message was made with the private half of a key.
    ///
    /// False as well where the signature is malformed.
    func isSignature(
        _ signature: [UInt8],
        over message: [UInt8],
        by key: PasskeyPublicKey
    ) -> Bool
}
