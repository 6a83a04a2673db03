import TextBytes

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

/// A key as its user's authenticator has made it.
struct NewPasskey: Sendable {
    let credentialID: [UInt8]
    let publicKey: [UInt8]
    let model: [UInt8]
    let counter: UInt32
    let isBackupEligible: Bool
    let isBackedUp: Bool
}

/// Checks what authenticators send (WebAuthn Level 2 sections 7.1 and 7.2), with the bytes as they came.
struct PasskeyCeremony {
    let site: RelyingParty
    let digester: any Digester
    let cryptography: any FactorCryptography

    /// The new key in an attestation.
    ///
    /// Who made the authenticator is not asked for, so nothing is concluded from its statement.
    ///
    /// - Throws: ``PasskeyFault``.
    func newKey(
        in attestation: PasskeyAttestation,
        challenge: [UInt8],
        needsVerification: Bool = false
    ) throws(PasskeyFault) -> NewPasskey {
        try check(attestation.clientData, "webauthn.create", challenge)
        guard let object = try? CBORReader.value(of: attestation.object),
            case .map(let pairs) = object, pairs.count == 3, case .text? = object["fmt"],
            case .map? = object["attStmt"], case .bytes(let bytes)? = object["authData"]
        else { throw .attestation }
        let data = try checked(bytes, needsVerification: needsVerification)
        guard let credential = data.credential else { throw .authenticatorData }
        guard cryptography.isUsable(credential.key) else { throw .key }
        return NewPasskey(
            credentialID: credential.id,
            publicKey: credential.keyBytes,
            model: credential.model,
            counter: data.counter,
            isBackupEligible: data.flags.contains(.backupEligible),
            isBackedUp: data.flags.contains(.backedUp)
        )
    }

    /// What is to be kept of a passkey after it has signed.
    ///
    /// - Throws: ``PasskeyFault``.
    func used(
        _ passkey: Passkey,
        _ assertion: PasskeyAssertion,
        challenge: [UInt8],
        needsVerification: Bool
    ) throws(PasskeyFault) -> (passkey: Passkey, isVerified: Bool) {
        try check(assertion.clientData, "webauthn.get", challenge)
        let bytes = assertion.authenticatorData
        let data = try checked(bytes, needsVerification: needsVerification)
        guard data.flags.contains(.backupEligible) == passkey.isBackupEligible else {
            throw .backup
        }
        let isRight: Bool
        if let known = assertion.check?.verdict(under: passkey.publicKey) {
            isRight = known
        } else {
            isRight = try isSigned(assertion, by: passkey)
        }
        guard isRight else { throw .signature }
        // Keys that live on several devices do not count, and say 0 for ever.
        guard data.counter > passkey.counter || (data.counter == 0 && passkey.counter == 0) else {
            throw .counter
        }
        var passkey = passkey
        passkey.counter = data.counter
        passkey.isBackedUp = data.flags.contains(.backedUp)
        return (passkey, data.flags.contains(.userVerified))
    }

    /// Whether an assertion was signed by a passkey, to be kept with it until it is decided on.
    ///
    /// - Throws: ``PasskeyFault`` `.key`.
    func checked(
        _ assertion: PasskeyAssertion,
        by passkey: Passkey
    ) throws(PasskeyFault) -> PasskeyAssertion {
        var checked = assertion
        checked.check = CheckedSignature(
            publicKey: passkey.publicKey,
            isRight: try isSigned(assertion, by: passkey)
        )
        return checked
    }

    private func isSigned(
        _ assertion: PasskeyAssertion,
        by passkey: Passkey
    ) throws(PasskeyFault) -> Bool {
        guard let key = PasskeyPublicKey.stored(passkey.publicKey) else { throw .key }
        let message =
            assertion.authenticatorData + digester.digest(assertion.clientData.bytes).bytes
        return cryptography.isSignature(assertion.signature, over: message, by: key)
    }

    private func check(
        _ data: PasskeyClientData,
        _ type: String,
        _ challenge: [UInt8]
    ) throws(PasskeyFault) {
        guard data.type.hasSameBytes(as: type) else { throw .type }
        guard digester.digest(data.challenge).matches(digester.digest(challenge)) else {
            throw .challenge
        }
        guard data.origin.hasSameBytes(as: site.origin), !data.isCrossOrigin else {
            throw .origin
        }
    }

    private func checked(
        _ bytes: [UInt8],
        needsVerification: Bool
    ) throws(PasskeyFault) -> AuthenticatorData {
        let data = try AuthenticatorData(bytes)
        guard data.relyingPartyDigest.matches(digester.digest(site.id.utf8)) else {
            throw .relyingParty
        }
        guard data.flags.contains(.userPresent) else { throw .userPresence }
        guard !needsVerification || data.flags.contains(.userVerified) else {
            throw .userVerification
        }
        return data
    }
}
