public import MusterCore

/// An authenticator with one passkey, for tests.
///
/// What it makes is right as it stands; a test spoils what it wants refused. Its signatures are those of
/// ``PlainFactorCryptography`` unless it is told how to sign.
public struct TestAuthenticator: Sendable {
    /// Signs a message.
    public typealias Signer = @Sendable ([UInt8]) -> [UInt8]

    /// The site as its tests have it.
    public static let site = RelyingParty(
        origin: "https://muster.example.com",
        id: "muster.example.com"
    )

    /// For which site.
    public var site = TestAuthenticator.site
    /// The identifier of its key.
    public var credentialID: [UInt8]
    /// The public half, as COSE.
    public var publicKey: [UInt8]
    /// The flags beside those that say what is in the data: present and verified.
    public var flags: UInt8 = 0x05
    /// How often it was used.
    public var counter: UInt32 = 0
    /// What it was told about its user.
    public var userHandle: [UInt8]?
    /// What is in client data as the origin; nil for the site's.
    public var origin: String?
    private let digester: any Digester
    private let sign: Signer

    /// Makes an authenticator with a key of P-256 whose bytes follow from `number`.
    public init(_ number: UInt8 = 1, digester: any Digester = PlainDigester()) {
        let (x, y) = (
            [UInt8](repeating: number, count: 32), [UInt8](repeating: number &+ 1, count: 32)
        )
        self.init(
            credentialID: [UInt8](repeating: number, count: 16),
            publicKey: TestAuthenticator.key(x: x, y: y),
            digester: digester
        ) { PlainFactorCryptography.signature(over: $0, by: .es256(x: x, y: y)) }
    }

    /// Makes an authenticator with a key of its test.
    public init(
        credentialID: [UInt8],
        publicKey: [UInt8],
        digester: any Digester,
        _ sign: @escaping Signer
    ) {
        self.credentialID = credentialID
        self.publicKey = publicKey
        self.digester = digester
        self.sign = sign
    }

    /// A key of P-256 as COSE.
    public static func key(x: [UInt8], y: [UInt8]) -> [UInt8] {
        [0xA5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32] + x + [0x22, 0x58, 32] + y
    }

    /// What it sends when its key is made.
    public func attestation(_ challenge: [UInt8]) -> PasskeyAttestation {
        PasskeyAttestation(
            clientData: clientData("webauthn.create", challenge),
            object: TestAuthenticator.object(around: registrationData)
        )
    }

    /// An attestation object with these data in it.
    public static func object(around data: [UInt8]) -> [UInt8] {
        // Lengths stand in their shortest form.
        let length: [UInt8] =
            data.count < 256
            ? [0x58, UInt8(data.count)] : [0x59, UInt8(data.count >> 8), UInt8(data.count & 255)]
        // {"fmt": "none", "attStmt": {}, "authData": data}
        return [0xA3, 0x63] + Array("fmt".utf8) + [0x64] + Array("none".utf8)
            + [0x67] + Array("attStmt".utf8) + [0xA0] + [0x68] + Array("authData".utf8)
            + length + data
    }

    /// The data that come with a new key.
    public var registrationData: [UInt8] {
        head(flags | 0x40) + [UInt8](repeating: 0, count: 16)
            + [UInt8(credentialID.count >> 8), UInt8(credentialID.count & 255)] + credentialID
            + publicKey
    }

    /// What it sends when its key is used.
    public func assertion(_ challenge: [UInt8]) -> PasskeyAssertion {
        assertion(challenge, data: head(flags))
    }

    /// What it sends when its key is used, with other data.
    public func assertion(_ challenge: [UInt8], data: [UInt8]) -> PasskeyAssertion {
        let client = clientData("webauthn.get", challenge)
        return PasskeyAssertion(
            credentialID: credentialID,
            clientData: client,
            authenticatorData: data,
            signature: sign(data + digester.digest(client.bytes).bytes),
            userHandle: userHandle
        )
    }

    /// The data that every use has: the site's digest, the flags and the counter.
    public func head(_ flags: UInt8) -> [UInt8] {
        let digest = digester.digest(site.id.utf8).bytes
        return digest + [flags]
            + (0..<4).map { UInt8(truncatingIfNeeded: counter >> (24 - 8 * $0)) }
    }

    /// What a browser puts together.
    public func clientData(_ type: String, _ challenge: [UInt8]) -> PasskeyClientData {
        let origin = origin ?? site.origin
        let text =
            #"{"type":"\#(type)","challenge":"\#(Hex.text(challenge))","origin":"\#(origin)"}"#
        return PasskeyClientData(
            bytes: Array(text.utf8),
            type: type,
            challenge: challenge,
            origin: origin,
            isCrossOrigin: false
        )
    }
}
