import TextBytes

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
