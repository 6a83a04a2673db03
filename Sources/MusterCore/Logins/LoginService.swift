/// Finishes what a password, or a session, has begun and a factor has to end: one admission, one transaction.
public struct LoginService: Sendable {
    private let directory: Directory

    /// Works on a directory.
    public init(_ directory: Directory) {
        self.directory = directory
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
        let isAlone = PasskeyHandle(directory).challenge(in: handle) != nil
        let method: SignInTally.Method = isAlone ? .passkey : .factor
        do throws(MusterError) {
            let outcome = try await judge(handle, with: answer, from: origin)
            // Whoever is confirmed has come in before.
            if case .begun = outcome { directory.signIns.note(method, .accepted) }
            return outcome
        } catch {
            directory.signIns.note(method, error)
            throw error
        }
    }

    private func judge(
        _ handle: Secret<String>,
        with answer: FactorAnswer,
        from origin: RequestSource
    ) async throws(MusterError) -> Outcome {
        let place = SignInPlace(origin, directory)
        let step: Step
        if let challenge = PasskeyHandle(directory).challenge(in: handle) {
            guard challenge.isOpen(at: directory.clock.now()) else { throw LoginService.expired }
            guard case .passkey(let assertion) = answer else { throw .invalidCredentials }
            step = try await finishAlone(challenge, checked(assertion), place)
        } else {
            let digest = directory.digester.digest(of: handle)
            try await requireOpen(digest)
            var answer = answer
            if case .passkey(let assertion) = answer {
                answer = .passkey(try await checked(assertion))
            }
            step = try await finish(digest, answer, place)
        }
        switch step {
        case .begun(let session, let taken):
            await directory.tellOfRecovery(session.user, taken)
            return .begun(session)
        case .confirmed(let user, let taken):
            await directory.tellOfRecovery(user, taken)
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
        let site = try directory.requireSite()
        let digest = directory.digester.digest(of: handle)
        let (ceremony, _, factors) = try await open(digest, at: SignInPlace(origin, directory))
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
        let site = try directory.requireSite()
        let (handle, challenge) = PasskeyHandle(directory).begin()
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
        let place = SignInPlace(origin, directory)
        let (_, user, _) = try await open(directory.digester.digest(of: handle), at: place)
        guard directory.rules.delivery.sends(by: channel, to: user) else {
            throw .invalid(
                "channel",
                "\"channel\" must be one of the login's \"factors\", not \"\(channel.rawValue)\""
            )
        }
        try await LoginCode(directory).send(
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
        let directory = directory
        let found = try await directory.store.read(.bounded) {
            reader throws(MusterError) -> Opened? in
            guard let ceremony = try reader.ceremony(digest),
                ceremony.isOpenToHandles(at: directory.clock.now()),
                let user = try reader.user(.id(ceremony.user)),
                try reader.refusal(of: user, to: ceremony, at: place, directory) == nil
            else { return nil }
            return (ceremony, user, try reader.factors(of: user.id))
        }
        guard let found else { throw LoginService.expired }
        return found
    }

    /// Refuses a handle that is unknown, used up or too old, before anything is changed.
    private func requireOpen(_ digest: Digest) async throws(MusterError) {
        let ceremony = try await directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.ceremony(digest)
        }
        guard let ceremony, ceremony.isOpenToHandles(at: directory.clock.now()) else {
            throw LoginService.expired
        }
    }

    /// An assertion with its signature checked, outside of the change that decides on it.
    private func checked(
        _ assertion: PasskeyAssertion
    ) async throws(MusterError) -> PasskeyAssertion {
        let factor = try await directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.passkey(assertion.credentialID)
        }
        guard let site = directory.rules.site, let factor, !factor.isOff,
            case .passkey(let passkey) = factor.proof
        else { return assertion }
        let ceremony = PasskeyCeremony(
            site: site,
            digester: directory.digester,
            cryptography: directory.cryptography
        )
        // Of a key that is none the change itself says so.
        return (try? ceremony.checked(assertion, by: passkey)) ?? assertion
    }

    private func finish(
        _ digest: Digest,
        _ answer: FactorAnswer,
        _ place: SignInPlace
    ) async throws(MusterError) -> Step {
        let directory = directory
        let token = Secret(Hex.text(directory.random.bytes(32)))
        return try await directory.store.write { transaction throws(MusterError) in
            let now = directory.clock.now()
            guard var ceremony = try transaction.ceremony(digest),
                ceremony.isOpenToHandles(at: now),
                let user = try transaction.user(.id(ceremony.user))
            else { return .expired }
            guard try transaction.admits(user, to: ceremony, at: place, directory) else {
                return .refused
            }
            let taken = try transaction.takeFactor(
                answer,
                of: user,
                challenge: ceremony.challenge,
                at: place,
                directory
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
                directory
            )
            return .begun(session, taken)
        }
    }

    private func finishAlone(
        _ challenge: PasskeyHandle.Challenge,
        _ assertion: PasskeyAssertion,
        _ place: SignInPlace
    ) async throws(MusterError) -> Step {
        let directory = directory
        let token = Secret(Hex.text(directory.random.bytes(32)))
        let digest = directory.digester.digest(challenge.bytes)
        return try await directory.store.write { transaction throws(MusterError) in
            let now = directory.clock.now()
            guard challenge.isOpen(at: now), try transaction.ceremony(digest) == nil else {
                return .expired
            }
            guard let factor = try transaction.passkey(assertion.credentialID),
                let user = try transaction.user(.id(factor.user))
            else {
                try transaction.recordStranger(PasskeyFault.credential.rawValue, place, directory)
                return .refused
            }
            if let refusal = user.refusal(by: .password, from: place.origin.address, at: now) {
                try transaction.record(refusal, of: user, place, directory)
                return .refused
            }
            let taken = try transaction.takeFactor(
                .passkey(assertion),
                of: user,
                challenge: challenge.bytes,
                isAlone: true,
                at: place,
                directory
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
            try transaction.beginSession(token, of: user, by: methods, at: place, directory)
            return .begun(IssuedSession(token: token, user: user), taken)
        }
    }
}

extension Ceremony {
    /// Whether it may still be finished under a handle.
    fileprivate func isOpenToHandles(at now: Timestamp) -> Bool {
        switch purpose {
        case .login, .confirmation: isOpen(at: now)
        case .registration, .spent: false
        }
    }
}

extension DirectoryReader {
    /// Why a user may not come in, or be confirmed, as it could when the ceremony began; nil if it may.
    fileprivate func refusal(
        of user: User,
        to ceremony: Ceremony,
        at place: SignInPlace,
        _ directory: Directory
    ) throws(MusterError) -> Refusal? {
        let now = directory.clock.now()
        let standing = try standing(of: place.source, about: user.id)
        var refusal = user.refusal(by: .password, from: place.origin.address, at: now)
        if directory.rules.lockout.locks(user.logins, standing, at: now) { refusal = .locked }
        switch ceremony.purpose {
        case .login(let changedAt):
            if try password(of: user.id)?.changedAt != changedAt { refusal = .changedMeanwhile }
        case .confirmation(let digest):
            if try session(Digest(digest)) == nil { refusal = .changedMeanwhile }
        case .registration, .spent:
            refusal = .changedMeanwhile
        }
        return refusal
    }
}

extension DirectoryTransaction {
    /// Whether a user may still come in, or be confirmed; what was refused is recorded.
    fileprivate func admits(
        _ user: User,
        to ceremony: Ceremony,
        at place: SignInPlace,
        _ directory: Directory
    ) throws(MusterError) -> Bool {
        let refusal = try refusal(of: user, to: ceremony, at: place, directory)
        guard let refusal else { return true }
        try record(refusal, of: user, place, directory)
        return false
    }

    fileprivate func record(
        _ refusal: Refusal,
        of user: User,
        _ place: SignInPlace,
        _ directory: Directory
    ) throws(MusterError) {
        let event = directory.event(
            .authenticateCode,
            isFailure: true,
            actor: nil,
            origin: place.origin,
            on: AuditParty(user),
            fields: [AuditField("reason", refusal.rawValue)]
        )
        try recordRefusal(event, from: place.source, directory)
    }

    fileprivate func recordStranger(
        _ reason: String,
        _ place: SignInPlace,
        _ directory: Directory
    ) throws(MusterError) {
        let event = directory.event(
            .authenticateCode,
            isFailure: true,
            actor: nil,
            origin: place.origin,
            on: AuditParty(uuid: nil, name: "unknown user"),
            fields: [AuditField("reason", reason)]
        )
        try recordRefusal(event, from: place.source, directory)
    }

    /// Keeps that the owner of a session has proved itself again.
    fileprivate func confirm(
        _ digest: Digest,
        by taken: TakenFactor,
        at now: Timestamp
    ) throws(MusterError) {
        guard let session = try session(digest) else { return }
        let methods = session.methods.union(taken.methods)
        try noteConfirmation(of: digest, by: methods, at: now)
    }
}
