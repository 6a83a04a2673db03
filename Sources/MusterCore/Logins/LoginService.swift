/// Finishes what a password, or a session, has begun and a factor has to end: one admission, one transaction.
public struct LoginService: Sendable {
    private let access: DirectoryAccess
    private let cryptography: any FactorCryptography
    private let sender: any CodeSender
    private let notices: AccountNotices
    private let signIns: SignInTally

    init(
        _ access: DirectoryAccess,
        cryptography: any FactorCryptography,
        sender: any CodeSender,
        notices: AccountNotices,
        signIns: SignInTally
    ) {
        self.access = access
        self.cryptography = cryptography
        self.sender = sender
        self.notices = notices
        self.signIns = signIns
    }

    /// What came of an answer.
    public enum Outcome: Sendable {
        /// A session has begun.
        case begun(IssuedSession)
        /// The owner of a session that there is already is confirmed.
        case confirmed
    }

    /// Takes a factor under a handle.
    ///
    /// A handle that is unknown, used up or too old is one answer; so are a wrong factor, a user who may not come in any more
    /// and one who is locked out.
    ///
    /// - Throws: ``MusterError`` with code `login.expired`, `credentials.invalid`, `factor.passkeys_unavailable` or
    ///   `store.unavailable`.
    public func finish(
        _ handle: Secret<String>,
        with answer: FactorAnswer,
        from origin: RequestSource
    ) async throws(MusterError) -> Outcome {
        let isAlone = PasskeyHandle(access).challenge(in: handle) != nil
        let method: SignInTally.Method = isAlone ? .passkey : .factor
        do throws(MusterError) {
            let outcome = try await judge(handle, with: answer, from: origin)
            // Whoever is confirmed has come in before.
            if case .begun = outcome { signIns.note(method, .accepted) }
            return outcome
        } catch {
            signIns.note(method, error)
            throw error
        }
    }

    private func judge(
        _ handle: Secret<String>,
        with answer: FactorAnswer,
        from origin: RequestSource
    ) async throws(MusterError) -> Outcome {
        let place = SignInPlace(origin, access)
        let step: Step
        if let challenge = PasskeyHandle(access).challenge(in: handle) {
            guard challenge.isOpen(at: access.clock.now()) else { throw LoginService.expired }
            guard case .passkey(let assertion) = answer else { throw .invalidCredentials }
            step = try await finishAlone(challenge, checked(assertion), place)
        } else {
            let digest = access.digester.digest(of: handle)
            try await requireOpen(digest)
            var answer = answer
            if case .passkey(let assertion) = answer {
                answer = .passkey(try await checked(assertion))
            }
            step = try await finish(digest, answer, place)
        }
        switch step {
        case .begun(let session, let taken):
            await notices.tellOfRecovery(session.user, taken)
            return .begun(session)
        case .confirmed(let user, let taken):
            await notices.tellOfRecovery(user, taken)
            return .confirmed
        case .expired:
            throw LoginService.expired
        case .refused:
            throw .invalidCredentials
        }
    }

    /// What a passkey has to sign to finish a login or a confirmation.
    ///
    /// - Throws: ``MusterError`` with code `login.expired`, `factor.passkeys_unavailable` or `store.unavailable`.
    public func passkeyRequest(
        for handle: Secret<String>,
        from origin: RequestSource
    ) async throws(MusterError) -> PasskeyRequest {
        let site = try access.requireSite()
        let digest = access.digester.digest(of: handle)
        let (ceremony, _, factors) = try await open(digest, at: SignInPlace(origin, access))
        let ids = factors.compactMap { factor -> [UInt8]? in
            guard case .passkey(let passkey) = factor.proof else { return nil }
            return passkey.credentialID
        }
        return PasskeyRequest(
            handle: nil,
            challenge: ceremony.challenge,
            site: site,
            credentialIDs: ids
        )
    }

    /// Begins a login with a passkey alone; no name is asked for, and none is told.
    ///
    /// - Throws: ``MusterError`` with code `factor.passkeys_unavailable`.
    public func beginWithPasskey() throws(MusterError) -> PasskeyRequest {
        let site = try access.requireSite()
        let (handle, challenge) = PasskeyHandle(access).begin()
        return PasskeyRequest(handle: handle, challenge: challenge, site: site, credentialIDs: [])
    }

    /// Sends a code for a login whose password was right.
    ///
    /// - Throws: ``MusterError`` with code `login.expired`, `input.invalid` (not a way that the user has set up),
    ///   `request.rate_limited`, `server.overloaded` or `store.unavailable`.
    public func sendCode(
        for handle: Secret<String>,
        by channel: CodeMessage.Channel,
        from origin: RequestSource
    ) async throws(MusterError) {
        let place = SignInPlace(origin, access)
        let (_, user, _) = try await open(access.digester.digest(of: handle), at: place)
        guard access.rules.delivery.sends(by: channel, to: user) else {
            throw .invalid(
                "channel",
                rule: "must be one of the login's \"factors\", not \"\(channel.rawValue)\""
            )
        }
        try await LoginCode(access, sender: sender).send(
            to: user,
            at: place,
            by: channel
        )
    }

    static var expired: MusterError {
        MusterError(.loginExpired, "This login is over, or never began. Begin it again.")
    }

    /// How an answer went, in its transaction.
    private enum Step: Sendable {
        case begun(IssuedSession, TakenFactor)
        case confirmed(User, TakenFactor)
        case expired
        case refused
    }

    /// A ceremony that can still be finished, with its user and the user's factors.
    private typealias Opened = (ceremony: Ceremony, user: User, factors: [Factor])

    /// The ceremony under a digest, as long as it is open and its user could end it from there.
    ///
    /// Nothing is sent to, and told of, anybody else: who was locked, shut out or given another password meanwhile.
    private func open(
        _ digest: Digest,
        at place: SignInPlace
    ) async throws(MusterError) -> Opened {
        let access = access
        let found = try await access.store.read(.bounded) {
            reader throws(MusterError) -> Opened? in
            guard let ceremony = try reader.ceremony(digest),
                ceremony.isOpenToHandles(at: access.clock.now()),
                let user = try reader.user(.id(ceremony.user)),
                try reader.refusal(of: user, to: ceremony, at: place, access) == nil
            else { return nil }
            return (ceremony, user, try reader.factors(of: user.id))
        }
        guard let found else { throw LoginService.expired }
        return found
    }

    /// Refuses a handle that is unknown, used up or too old, before anything is changed.
    private func requireOpen(_ digest: Digest) async throws(MusterError) {
        let ceremony = try await access.store.read(.bounded) { reader throws(MusterError) in
            try reader.ceremony(digest)
        }
        guard let ceremony, ceremony.isOpenToHandles(at: access.clock.now()) else {
            throw LoginService.expired
        }
    }

    /// An assertion with its signature checked, outside of the change that decides on it.
    private func checked(
        _ assertion: PasskeyAssertion
    ) async throws(MusterError) -> PasskeyAssertion {
        let factor = try await access.store.read(.bounded) { reader throws(MusterError) in
            try reader.passkey(assertion.credentialID)
        }
        guard let site = access.rules.site, let factor, !factor.isOff,
            case .passkey(let passkey) = factor.proof
        else { return assertion }
        let ceremony = PasskeyCeremony(
            site: site,
            digester: access.digester,
            cryptography: cryptography
        )
        // Of a key that is none the change itself says so.
        return (try? ceremony.checked(assertion, by: passkey)) ?? assertion
    }

    private func finish(
        _ digest: Digest,
        _ answer: FactorAnswer,
        _ place: SignInPlace
    ) async throws(MusterError) -> Step {
        let (access, cryptography) = (access, cryptography)
        let token = Secret(Hex.text(access.random.bytes(32)))
        return try await access.store.write { transaction throws(MusterError) in
            let now = access.clock.now()
            guard var ceremony = try transaction.ceremony(digest),
                ceremony.isOpenToHandles(at: now),
                let user = try transaction.user(.id(ceremony.user))
            else { return .expired }
            guard try transaction.admits(user, to: ceremony, at: place, access) else {
                return .refused
            }
            let taken = try transaction.takeFactor(
                answer,
                of: user,
                challenge: ceremony.challenge,
                at: place,
                access,
                cryptography
            )
            guard let taken else {
                ceremony.triesLeft -= 1
                try transaction.updateCeremony(ceremony)
                return .refused
            }
            try transaction.deleteCeremony(digest)
            if case .confirmation(let session) = ceremony.purpose {
                try transaction.confirm(Digest(session), by: taken, at: now)
                return .confirmed(user, taken)
            }
            try transaction.noteSignIn(
                of: user,
                from: place.source,
                isFamiliar: try transaction.loginSource(place.source, of: user.id).isFamiliar,
                clearsFailures: true,
                at: now
            )
            let session = try transaction.beginSession(
                token,
                of: user,
                after: taken,
                at: place,
                access
            )
            return .begun(session, taken)
        }
    }

    private func finishAlone(
        _ challenge: PasskeyHandle.Challenge,
        _ assertion: PasskeyAssertion,
        _ place: SignInPlace
    ) async throws(MusterError) -> Step {
        let (access, cryptography) = (access, cryptography)
        let token = Secret(Hex.text(access.random.bytes(32)))
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
                isFamiliar: try transaction.loginSource(place.source, of: user.id).isFamiliar,
                clearsFailures: false,
                at: now
            )
            let methods = taken.methods.union([.multipleFactors])
            try transaction.beginSession(token, of: user, by: methods, at: place, access)
            return .begun(IssuedSession(token: token, user: user), taken)
        }
    }
}
