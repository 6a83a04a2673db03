import Crypto
import CryptoExtras
import Foundation
import MusterCrypto
import MusterTesting
import Testing

@testable import MusterCore

@Suite("Signatures of passkeys")
struct SystemFactorCryptographyTests {
    private let cryptography = SystemFactorCryptography()
    private let message = Array("what is signed".utf8)

    /// A key of each algorithm with its signature over a message.
    private func pairs() throws -> [(key: PasskeyPublicKey, signature: [UInt8])] {
        let point = P256.Signing.PrivateKey()
        let x963 = [UInt8](point.publicKey.x963Representation)
        let edwards = Curve25519.Signing.PrivateKey()
        let rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let parts = try rsa.publicKey.getKeyPrimitives()
        return [
            (
                .es256(x: Array(x963[1..<33]), y: Array(x963[33...])),
                [UInt8](try point.signature(for: message).derRepresentation)
            ),
            (
                .eddsa([UInt8](edwards.publicKey.rawRepresentation)),
                [UInt8](try edwards.signature(for: message))
            ),
            (
                .rs256(modulus: [UInt8](parts.modulus), exponent: [UInt8](parts.publicExponent)),
                [UInt8](
                    try rsa.signature(
                        for: SHA256.hash(data: message),
                        padding: .insecurePKCS1v1_5
                    ).rawRepresentation
                )
            ),
        ]
    }

    @Test("each algorithm takes its own signature and no other")
    func signatures() throws {
        let pairs = try pairs()
        for (number, pair) in pairs.enumerated() {
            #expect(cryptography.isUsable(pair.key))
            #expect(cryptography.isSignature(pair.signature, over: message, by: pair.key))
            #expect(!cryptography.isSignature(pair.signature, over: message + [0], by: pair.key))
            for (other, stranger) in pairs.enumerated() where other != number {
                #expect(!cryptography.isSignature(pair.signature, over: message, by: stranger.key))
            }
        }
    }

    @Test(
        "32 bytes that are no point, and a point of which anybody could make signatures, are no key"
    )
    func edwards() {
        let identity = [1] + [UInt8](repeating: 0, count: 31)
        for point in [
            identity, [UInt8](repeating: 0, count: 32), [UInt8](repeating: 0xFF, count: 32),
        ] {
            #expect(!cryptography.isUsable(.eddsa(point)))
            let signature = identity + [UInt8](repeating: 0, count: 32)
            #expect(!cryptography.isSignature(signature, over: message, by: .eddsa(point)))
        }
    }

    @Test("a signature of which a bit differs, or a byte is missing or too many, is none")
    func spoilt() throws {
        for pair in try pairs() {
            for index in pair.signature.indices {
                var signature = pair.signature
                signature[index] ^= 1
                #expect(!cryptography.isSignature(signature, over: message, by: pair.key))
            }
            for signature in [[], Array(pair.signature.dropLast()), pair.signature + [0]] {
                #expect(!cryptography.isSignature(signature, over: message, by: pair.key))
            }
        }
    }

    @Test("points off their curve and numbers that are no RSA key are not usable")
    func keys() {
        let (ones, zeros) = ([UInt8](repeating: 1, count: 32), [UInt8](repeating: 0, count: 32))
        let keys: [PasskeyPublicKey] = [
            .es256(x: ones, y: ones), .es256(x: zeros, y: zeros),
            .rs256(modulus: [UInt8](repeating: 0xC1, count: 64), exponent: [3]),
        ]
        for key in keys {
            #expect(!cryptography.isUsable(key))
            #expect(!cryptography.isSignature([1, 2, 3], over: message, by: key))
        }
    }

    @Test("HMAC-SHA-1 is that of RFC 2202")
    func hmac() {
        let first = cryptography.hmacSHA1(
            of: Array("Hi There".utf8),
            under: [UInt8](repeating: 0x0B, count: 20)
        )
        #expect(Hex.text(first) == "b617318655057264e28bc0b6fb378c8ef146be00")
        let second = cryptography.hmacSHA1(
            of: Array("what do ya want for nothing?".utf8),
            under: Array("Jefe".utf8)
        )
        #expect(Hex.text(second) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
    }

    @Test("a whole registration and use with a key of P-256 and the real SHA-256")
    func wholeWay() throws {
        let digester = SystemDigester(MasterKey.random())
        let key = P256.Signing.PrivateKey()
        let x963 = [UInt8](key.publicKey.x963Representation)
        var authenticator = TestAuthenticator(
            credentialID: [1, 2, 3],
            publicKey: TestAuthenticator.key(x: Array(x963[1..<33]), y: Array(x963[33...])),
            digester: digester
        ) { message in
            (try? key.signature(for: message)).map { [UInt8]($0.derRepresentation) } ?? []
        }
        let ceremony = PasskeyCeremony(
            site: TestAuthenticator.site,
            digester: digester,
            cryptography: cryptography
        )
        let challenge = SystemRandom().bytes(32)
        let new = try ceremony.newKey(
            in: authenticator.attestation(challenge),
            challenge: challenge
        )
        let passkey = Passkey(
            credentialID: new.credentialID,
            publicKey: new.publicKey,
            model: new.model,
            counter: new.counter,
            isBackupEligible: new.isBackupEligible,
            isBackedUp: new.isBackedUp
        )
        authenticator.counter = 1
        let used = try ceremony.used(
            passkey,
            authenticator.assertion(challenge),
            challenge: challenge,
            needsVerification: true
        )
        #expect(used.passkey.counter == 1)
    }
}
