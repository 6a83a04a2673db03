/// Finishes what a password, or a session, has begun and a factor has to end: one admission, one transaction.
public struct LoginService: Sendable {
    let access: DirectoryAccess
    /// The kind of the sessions that it begins.
    let kind: SessionKind
    let passwords: PasswordChecks
    let cryptography: any FactorCryptography
    let sender: any CodeSender
    private let notices: AccountNotices
    private let signIns: SignInTally

    init(
        _ access: DirectoryAccess,
        opening kind: SessionKind,
        passwords: PasswordChecks,
        cryptography: any FactorCryptography,
        sender: any CodeSender,
        notices: AccountNotices,
        signIns: SignInTally
    ) {
        self.access = access
        self.kind = kind
        self.passwords = passwords
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
    /// - Parameters:
    ///   - handle: Under which name it was begun.
    ///   - answer: What is shown.
    ///   - origin: Where from.
    ///   - program: With which program, for the session that begins; nil if that is not known.
    /// - Returns: What came of it.
    /// - Throws: ``MusterError`` with code `login.expired`, `credentials.invalid`, `factor.passkeys_unavailable`,
    ///   `server.overloaded` or `store.unavailable`; `request.rate_limited` where a passkey alone signs in too often.
    public func finish(
        _ handle: Secret<String>,
        with answer: FactorAnswer,
        from origin: RequestSource,
        by program: ProgramName? = nil
    ) async throws(MusterError) -> Outcome {
        let isAlone = PasskeyHandle(access).challenge(in: handle) != nil
        let method: SignInTally.Method = isAlone ? .passkey : .factor
        do throws(MusterError) {
            var place = SignInPlace(origin, access)
            place.program = program
            let outcome = try await judge(handle, with: answer, at: place)
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
        at place: SignInPlace
    ) async throws(MusterError) -> Outcome {
        let step: Step
        if let challenge = PasskeyHandle(access).challenge(in: handle) {
            guard challenge.isOpen(at: access.clock.now()) else { throw LoginService.expired }
            guard case .passkey(let assertion) = answer else { throw .invalidCredentials }
            step = try await judgeAlone(challenge, assertion, place)
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

    static var expired: MusterError {
        MusterError(.loginExpired, "This login is over, or never began. Begin it again.")
    }

    /// How an answer went, in its transaction.
    enum Step: Sendable {
        case begun(IssuedSession, TakenFactor)
        case confirmed(User, TakenFactor)
        case expired
        case refused
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
        checked(assertion, by: try await passkey(of: assertion)?.passkey)
    }
}
