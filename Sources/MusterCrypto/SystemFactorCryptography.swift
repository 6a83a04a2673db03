import CSodium
import Crypto
import CryptoExtras
import FoundationEssentials
public import MusterCore

/// Computes what people's authenticators compute, through swift-crypto.
public struct SystemFactorCryptography: FactorCryptography {
    /// There is nothing to set.
    public init() {}

    /// HMAC-SHA-1, which authenticator apps use; its weakness against collisions does not touch it there (RFC 6238
    /// section 1.2).
    public func hmacSHA1(of message: [UInt8], under key: [UInt8]) -> [UInt8] {
        let code = HMAC<Insecure.SHA1>.authenticationCode(
            for: message,
            using: SymmetricKey(data: key)
        )
        return Array(code)
    }

    /// Whether the library takes a key; it reads no point that is not on its curve.
    public func isUsable(_ key: PasskeyPublicKey) -> Bool {
        switch key {
        case .es256(let x, let y): point(x, y) != nil
        case .eddsa(let point): edwards(point) != nil
        case .rs256(let modulus, let exponent): rsa(modulus, exponent) != nil
        }
    }

    /// Whether a signature is the key's: ECDSA in DER, Ed25519, or RSASSA-PKCS1-v1_5, the first and the last with
    /// SHA-256 (RFC 8812, RFC 8032).
    public func isSignature(
        _ signature: [UInt8],
        over message: [UInt8],
        by key: PasskeyPublicKey
    ) -> Bool {
        switch key {
        case .es256(let x, let y):
            guard let key = point(x, y),
                let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature)
            else { return false }
            return key.isValidSignature(signature, for: message)
        case .eddsa(let point):
            return edwards(point)?.isValidSignature(signature, for: message) ?? false
        case .rs256(let modulus, let exponent):
            guard let key = rsa(modulus, exponent) else { return false }
            return key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature),
                for: SHA256.hash(data: message),
                padding: .insecurePKCS1v1_5
            )
        }
    }

    private func point(_ x: [UInt8], _ y: [UInt8]) -> P256.Signing.PublicKey? {
        try? P256.Signing.PublicKey(x963Representation: [4] + x + y)
    }

    private func edwards(_ point: [UInt8]) -> Curve25519.Signing.PublicKey? {
        // swift-crypto takes any 32 bytes. Of a point of small order anybody could make signatures; libsodium tells those and
        // what is no point from keys (RFC 8032 section 5.1.3).
        guard point.count == Int(crypto_core_ed25519_bytes()),
            crypto_core_ed25519_is_valid_point(point) == 1
        else { return nil }
        return try? Curve25519.Signing.PublicKey(rawRepresentation: point)
    }

    private func rsa(_ modulus: [UInt8], _ exponent: [UInt8]) -> _RSA.Signing.PublicKey? {
        try? _RSA.Signing.PublicKey(n: modulus, e: exponent)
    }
}
