/// What a browser needs to make a passkey.
public struct PasskeyOptions: Sendable {
    /// What has to be signed.
    public let challenge: [UInt8]
    /// The site.
    public let site: RelyingParty
    /// What the site is called.
    public let issuer: String
    /// Whose key it becomes.
    public let user: User
    /// By which bytes the authenticator knows the user.
    public let userHandle: [UInt8]
    /// The keys that the user has already, of which an authenticator makes no second one.
    public let credentialIDs: [[UInt8]]
}

extension FactorService {
    /// Begins to make a passkey.
    ///
    /// - Throws: ``MusterError`` as ``OwnConfirmation``; with code `factor.passkeys_unavailable`, `factor.too_many` or
    ///   `store.unavailable`, or what `input` throws.
    public func passkeyOptions(
        by principal: Principal,
        _ input: () throws(MusterError) -> Secret<String>?
    ) async throws(MusterError) -> PasskeyOptions {
        try principal.requireSettledPassword()
        let password = try input()
        let access = access
        let challenge = access.random.bytes(Ceremony.secretBytes)
        let fresh = access.random.bytes(FactorRules.userHandleBytes)
        return try await OwnConfirmation(access, passwords: passwords).change(
            by: principal,
            password
        ) {
            caller,
            transaction throws(MusterError) in
            let site = try access.requireSite()
            let user = try transaction.existing(caller.user)
            let ids = try transaction.passkeys(of: user).map(\.credentialID)
            guard ids.count < FactorRules.maximumPasskeys else {
                throw FactorService.tooMany(FactorRules.maximumPasskeys, "passkeys")
            }
            var handle = try transaction.userHandle(of: user.id)
            if handle == nil {
                try transaction.insertUserHandle(fresh, of: user.id)
                handle = fresh
            }
            try transaction.begin(
                Ceremony(
                    digest: access.digester.digest(challenge),
                    user: user.id,
                    purpose: .registration,
                    challenge: challenge,
                    issuedAt: access.clock.now()
                ),
                access
            )
            return PasskeyOptions(
                challenge: challenge,
                site: site,
                issuer: access.rules.issuer,
                user: user,
                userHandle: handle ?? fresh,
                credentialIDs: ids
            )
        }
    }

    /// Takes the passkey that an authenticator has made.
    ///
    /// - Throws: ``MusterError`` with code `password.change_required`, `access.impersonation_refused`,
    ///   `factor.passkeys_unavailable`, `login.expired`, `factor.refused`, `factor.exists`, `factor.too_many`,
    ///   `input.invalid` (field `label`) or `store.unavailable`, or what `input` throws.
    public func addPasskey(
        by principal: Principal,
        _ input: () throws(MusterError) -> (label: String?, attestation: PasskeyAttestation)
    ) async throws(MusterError) -> AddedFactor {
        try principal.requireSettledPassword()
        guard principal.impersonator == nil else { throw MusterError.impersonationIsRefused }
        let (given, attestation) = try input()
        let label = try FactorService.label(given, else: "Passkey")
        let (access, cryptography) = (access, cryptography)
        let set = RecoverySet(access)
        let digest = access.digester.digest(attestation.clientData.challenge)
        let added = try await access.change(by: principal, needing: .permanentPassword) {
            caller,
            transaction throws(MusterError) in
            let key = try access.newPasskey(in: attestation, cryptography)
            let now = access.clock.now()
            guard let begun = try transaction.ceremony(digest), begun.purpose == .registration,
                begun.user == caller.user.id, begun.isOpen(at: now)
            else { throw LoginService.expired }
            try transaction.deleteCeremony(digest)
            let user = try transaction.existing(caller.user)
            guard try transaction.passkeys(of: user).count < FactorRules.maximumPasskeys else {
                throw FactorService.tooMany(FactorRules.maximumPasskeys, "passkeys")
            }
            let isFirst = try !transaction.hasFactor(user.id)
            let factor = try transaction.insertFactor(
                .passkey(Passkey(key, site: access.rules.site?.id)),
                of: user.id,
                label: label,
                at: now
            )
            return try transaction.finish(factor, isFirst: isFirst, by: caller, set, access)
        }
        await notices.tell(
            AccountChange(of: principal.user, by: principal, [.added(added.factor)])
        )
        return added
    }
}

extension DirectoryAccess {
    /// The key in an attestation, with whatever challenge: that is the ceremony's name, and is looked up by it.
    ///
    /// - Throws: ``MusterError`` with code `factor.passkeys_unavailable` or `factor.refused`.
    fileprivate func newPasskey(
        in attestation: PasskeyAttestation,
        _ cryptography: any FactorCryptography
    ) throws(MusterError) -> NewPasskey {
        let ceremony = PasskeyCeremony(
            site: try requireSite(),
            digester: digester,
            cryptography: cryptography
        )
        do {
            return try ceremony.newKey(
                in: attestation,
                challenge: attestation.clientData.challenge
            )
        } catch {
            throw MusterError(
                .factorRefused,
                "The passkey was not taken: \(error.rawValue).",
                details: ["reason": error.rawValue]
            )
        }
    }
}

extension Passkey {
    fileprivate init(_ key: NewPasskey, site: String?) {
        self.init(
            credentialID: key.credentialID,
            publicKey: key.publicKey,
            model: key.model,
            counter: key.counter,
            isBackupEligible: key.isBackupEligible,
            isBackedUp: key.isBackedUp,
            site: site
        )
    }
}

extension FactorReader {
    /// The passkeys of a user.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func passkeys(of user: User) throws(MusterError) -> [Passkey] {
        try factors(of: user.id).compactMap { factor in
            guard case .passkey(let passkey) = factor.proof else { return nil }
            return passkey
        }
    }
}
