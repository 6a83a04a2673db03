/// Logins with a passkey alone, which strangers may begin and end as often as they like.
extension LoginService {
    /// Ends one.
    ///
    /// What is refused is written down, and what is right begins a session; all other changes wait meanwhile. So what cannot
    /// be right costs what a wrong password does, and waits among strangers; and what is right is counted at its user, unless
    /// the server itself could not go on.
    ///
    /// - Throws: ``MusterError`` with code `request.rate_limited`, `server.overloaded` or `store.unavailable`.
    func judgeAlone(
        _ challenge: PasskeyHandle.Challenge,
        _ assertion: PasskeyAssertion,
        _ place: SignInPlace
    ) async throws(MusterError) -> Step {
        let owned = try await passkey(of: assertion)
        let checked = checked(assertion, by: owned?.passkey)
        var payer: ChangeBudget.Payer?
        if let owned, isRight(checked, by: owned.passkey, challenge) {
            payer = try countAlone(owned.user)
        } else {
            _ = try await passwords.hasher.check(
                Secret(""),
                against: nil,
                in: .stranger(SourceNetwork(of: place.origin.address, access.rules.networks))
            )
        }
        do throws(MusterError) {
            return try await finishAlone(challenge, checked, place)
        } catch {
            if let payer, error.isOfServer { access.ownChanges.giveBack(payer) }
            throw error
        }
    }

    /// The passkey that an assertion names, and whose it is; nil if nobody has it, or it is not taken any more.
    func passkey(
        of assertion: PasskeyAssertion
    ) async throws(MusterError) -> (user: UserID, passkey: Passkey)? {
        let factor = try await access.store.read(.bounded) { reader throws(MusterError) in
            try reader.passkey(assertion.credentialID)
        }
        guard let factor, !factor.isOff, case .passkey(let passkey) = factor.proof else {
            return nil
        }
        return (factor.user, passkey)
    }

    /// An assertion with its signature checked, outside of the change that decides on it.
    func checked(_ assertion: PasskeyAssertion, by passkey: Passkey?) -> PasskeyAssertion {
        guard let passkey, let ceremony else { return assertion }
        // Of a key that is none the change itself says so.
        return (try? ceremony.checked(assertion, by: passkey)) ?? assertion
    }

    /// Whether a passkey has signed a challenge; the change that decides on it asks again.
    private func isRight(
        _ assertion: PasskeyAssertion,
        by passkey: Passkey,
        _ challenge: PasskeyHandle.Challenge
    ) -> Bool {
        let used = try? ceremony?.used(
            passkey,
            assertion,
            challenge: challenge.bytes,
            needsVerification: true
        )
        return used != nil
    }

    /// How assertions are checked; nil if passkeys are for no site.
    private var ceremony: PasskeyCeremony? {
        access.rules.site.map {
            PasskeyCeremony(site: $0, digester: access.digester, cryptography: cryptography)
        }
    }

    /// Counts a login of whoever has the key, which leaves a session and a record; who pays for it.
    private func countAlone(_ user: UserID) throws(MusterError) -> ChangeBudget.Payer {
        let payer = ChangeBudget.Payer(user: user, credential: nil, kind: .passkeyLogin)
        return try access.takePlace(
            for: payer,
            orSay: "This passkey's user has signed in too often."
        )
    }

    private func finishAlone(
        _ challenge: PasskeyHandle.Challenge,
        _ assertion: PasskeyAssertion,
        _ place: SignInPlace
    ) async throws(MusterError) -> Step {
        let (access, cryptography) = (access, cryptography)
        let token = SessionToken(kind, access)
        let digest = access.digester.digest(challenge.bytes)
        return try await access.store.write { transaction throws(MusterError) in
            let now = access.clock.now()
            guard challenge.isOpen(at: now), try transaction.ceremony(digest) == nil else {
                return .expired
            }
            guard let factor = try transaction.passkey(assertion.credentialID),
                let user = try transaction.user(.id(factor.user))
            else {
                try transaction.recordRefusal(
                    PasskeyFault.credential.rawValue,
                    of: AuditParty(uuid: nil, name: "unknown user"),
                    place,
                    access
                )
                return .refused
            }
            if let refusal = user.refusal(by: .password, from: place.origin.address, at: now) {
                try transaction.recordRefusal(
                    refusal.rawValue,
                    of: AuditParty(user),
                    place,
                    access
                )
                return .refused
            }
            let taken = try transaction.takeFactor(
                .passkey(assertion),
                of: user,
                challenge: challenge.bytes,
                isAlone: true,
                at: place,
                access,
                cryptography
            )
            guard let taken else { return .refused }
            // What was signed once is not to be signed in with again.
            try transaction.insertCeremony(
                Ceremony(
                    digest: digest,
                    user: user.id,
                    purpose: .spent,
                    challenge: [],
                    issuedAt: challenge.issuedAt
                )
            )
            try transaction.noteSignIn(
                of: user,
                from: place.source,
                clearsFailures: false,
                at: now
            )
            let methods = taken.methods.union([.multipleFactors])
            try transaction.beginSession(token, of: user, by: methods, at: place, access)
            return .begun(IssuedSession(token: token.text, digest: token.digest, user: user), taken)
        }
    }
}
