/// Why what an authenticator sent was refused, in the audit log's words.
public enum PasskeyFault: String, Error, Sendable, Equatable {
    /// What the browser signed is for something else.
    case type = "other ceremony"
    /// The challenge is another one.
    case challenge = "other challenge"
    /// It was made at another origin, or in a frame of one.
    case origin = "other origin"
    /// The key is for another site.
    case relyingParty = "other site"
    /// Nobody was there.
    case userPresence = "nobody present"
    /// It was not found out who was there.
    case userVerification = "user not verified"
    /// The data that was signed is not what the standard says.
    case authenticatorData = "authenticator data malformed"
    /// What came with a new key is not what the standard says.
    case attestation = "attestation malformed"
    /// The key is of a kind that is not taken, or no key.
    case key = "key not accepted"
    /// The signature is not the key's.
    case signature = "wrong signature"
    /// The key's counter has not grown: it may have been copied.
    case counter = "counter did not grow"
    /// The credential is none that the user has, or another user's.
    case credential = "unknown credential"
    /// Whether the key may be copied is not what it was.
    case backup = "backup eligibility changed"
}

/// What the browser has put together and what is signed with the rest (WebAuthn Level 2 section 5.8.1).
public struct PasskeyClientData: Sendable {
    /// The bytes as they came.
    public let bytes: [UInt8]
    /// `type`.
    public let type: String
    /// `challenge`, decoded.
    public let challenge: [UInt8]
    /// `origin`.
    public let origin: String
    /// `crossOrigin`: whether a frame of another site asked.
    public let isCrossOrigin: Bool

    /// Builds client data that was read from `bytes`.
    public init(
        bytes: [UInt8],
        type: String,
        challenge: [UInt8],
        origin: String,
        isCrossOrigin: Bool
    ) {
        self.bytes = bytes
        self.type = type
        self.challenge = challenge
        self.origin = origin
        self.isCrossOrigin = isCrossOrigin
    }
}

/// What comes back when a passkey was made.
public struct PasskeyAttestation: Sendable {
    /// What the browser put together.
    public let clientData: PasskeyClientData
    /// The attestation object as it came.
    public let object: [UInt8]

    /// Builds an attestation.
    public init(clientData: PasskeyClientData, object: [UInt8]) {
        self.clientData = clientData
        self.object = object
    }
}

/// What comes back when a passkey was used.
public struct PasskeyAssertion: Sendable {
    /// Which key, by its identifier.
    public let credentialID: [UInt8]
    /// What the browser put together.
    public let clientData: PasskeyClientData
    /// What the authenticator says, as it came.
    public let authenticatorData: [UInt8]
    /// The signature.
    public let signature: [UInt8]
    /// Whose key it is, as the authenticator was told; nil if it does not say.
    public let userHandle: [UInt8]?
    /// What is known of the signature already.
    var check: CheckedSignature?

    /// Builds an assertion.
    public init(
        credentialID: [UInt8],
        clientData: PasskeyClientData,
        authenticatorData: [UInt8],
        signature: [UInt8],
        userHandle: [UInt8]?
    ) {
        self.credentialID = credentialID
        self.clientData = clientData
        self.authenticatorData = authenticatorData
        self.signature = signature
        self.userHandle = userHandle
    }
}

/// The site for which passkeys are, by its origin and the host in it.
public struct RelyingParty: Sendable, Equatable {
    /// The origin, to the last byte as browsers write it: `https://muster.example.com`.
    public let origin: String
    /// The host of it, to which keys are bound.
    public let id: String

    /// Builds a site.
    public init(origin: String, id: String) {
        self.origin = origin
        self.id = id
    }
}
