/// Answers a RADIUS server's question whether somebody may come in: by a password, and by a code after it.
///
/// Nothing comes of an answer but a line in the audit log, and when the user came in: no session, no token.
public struct RadiusLoginService: Sendable {
    private let access: DirectoryAccess
    private let passwords: PasswordChecks
    private let questions: QuestionThrottle
    private let cryptography: any FactorCryptography
    private let sender: any CodeSender
    private let notices: AccountNotices
    private let signIns: SignInTally

    init(
        _ access: DirectoryAccess,
        passwords: PasswordChecks,
        questions: QuestionThrottle,
        cryptography: any FactorCryptography,
        sender: any CodeSender,
        notices: AccountNotices,
        signIns: SignInTally
    ) {
        self.access = access
        self.passwords = passwords
        self.questions = questions
        self.cryptography = cryptography
        self.sender = sender
        self.notices = notices
        self.signIns = signIns
    }

    /// Judges a name with a password, or with the code that a challenge before has asked for.
    ///
    /// Every refusal is the same outcome; for a password after the same work. The audit log knows the reason. Caller and
    /// user are judged again when the answer is given.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - principal: Who asks, which has to be a reader.
    /// - Returns: What the RADIUS server is to say.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `credentials.invalid` (the caller's own), `server.overloaded` or `store.unavailable`.
    public func answer(
        _ request: RadiusRequest,
        by principal: Principal
    ) async throws(MusterError) -> RadiusOutcome {
        try principal.requireReader()
        do throws(MusterError) {
            let outcome = try await judge(request, by: principal)
            switch outcome {
            case .accepted: signIns.note(.radius, .accepted)
            case .challenged: signIns.note(.radius, .factorRequired)
            case .refused: signIns.note(.radius, .refused)
            }
            return outcome
        } catch {
            signIns.note(.radius, error)
            throw error
        }
    }

    private func judge(
        _ request: RadiusRequest,
        by principal: Principal
    ) async throws(MusterError) -> RadiusOutcome {
        let step = RadiusStep(request, principal, access)
        guard let password = request.usablePassword else {
            try await hash(step)
            try await refuse("not a password", step)
            return .refused
        }
        if let state = request.state {
            return try await finish(state, with: password, step)
        }
        return try await begin(password, step)
    }

    /// Works as for a wrong password before a refusal is written down that needs none: whoever sits at a device could have
    /// as many written as it can send, and all changes wait for each.
    private func hash(_ step: RadiusStep) async throws(MusterError) {
        let lane = HashingLane.caller(step.principal.payer)
        _ = try await passwords.hasher.check(Secret(""), against: nil, in: lane)
    }

    /// Notes a refusal that did not come as far as a user's password.
    private func refuse(_ reason: String, _ step: RadiusStep) async throws(MusterError) {
        let access = access
        let event = access.event(
            .authenticatePassword,
            isFailure: true,
            actor: step.place.asker,
            origin: step.place.origin,
            on: nil,
            fields: [AuditField("reason", reason)] + step.fields
        )
        try await access.store.write { transaction throws(MusterError) in
            try transaction.recordRefusal(event, from: step.place.source, access)
        }
    }

    /// How a password was judged.
    private enum Judged: Sendable {
        case accepted(User, [String])
        case needsCode(User, [FactorKind], CeremonySecrets)
        case refused
    }

    private func begin(
        _ password: Secret<String>,
        _ step: RadiusStep
    ) async throws(MusterError) -> RadiusOutcome {
        let attempt = step.attempt(password)
        let isFamiliar = try await access.isFamiliar(
            step.place.source,
            to: step.request.username
        )
        let question = step.question(isFamiliar: isFamiliar)
        guard let delay = questions.admit(question, at: access.clock.now()) else {
            try await hash(step)
            try await refuse("throttled", step)
            return .refused
        }
        try await access.wait(
            delay,
            question,
            at: step.place.source,
            step.principal,
            questions,
            passwords
        )
        let judged: Judged
        do throws(MusterError) {
            judged = try await questions.counting(question) { () async throws(MusterError) in
                try await PasswordVerifier(access, passwords).verify(attempt) {
                    verified throws(MusterError) in
                    try await confirm(verified, attempt, step)
                }
            }
        } catch {
            guard error.code == .loginFailed else { throw error }
            return .refused
        }
        switch judged {
        case .accepted(let user, let groups):
            questions.release(question)
            return .accepted(user, groups: groups)
        case .needsCode(let user, let kinds, let secrets):
            questions.release(question)
            return try await challenge(user, kinds, secrets, step)
        case .refused: return .refused
        }
    }

    /// What a right password opens at this moment.
    private func confirm(
        _ verified: VerifiedPassword,
        _ attempt: PasswordAttempt,
        _ step: RadiusStep
    ) async throws(MusterError) -> Judged {
        let access = access
        let secrets = CeremonySecrets(access.random)
        return try await access.changeUncounted(by: step.principal, needing: .reader) {
            _,
            transaction throws(MusterError) in
            let signIn: VerifiedPassword.SignIn
            switch try verified.judge(in: transaction) {
            case .good(let present): signIn = present
            case .refused(let refusal):
                try transaction.recordLateRefusal(refusal.rawValue, attempt, verified, access)
                return .refused
            }
            let user = signIn.user
            if signIn.hasSecondFactor || user.authorizations.requiresSecondFactorEnrolment {
                let kinds = try transaction.factorKinds(of: user, access.rules.delivery)
                    .filter { $0 != .passkey }
                guard signIn.hasSecondFactor, !kinds.isEmpty else {
                    // There is no place to set one up, and none for a passkey.
                    let reason = "second factor missing"
                    try transaction.recordLateRefusal(reason, attempt, verified, access)
                    return .refused
                }
                try verified.replaceHash(in: transaction)
                try transaction.beginCeremony(of: user, secrets, step, access)
                return .needsCode(user, kinds, secrets)
            }
            try verified.noteSignIn(signIn, in: transaction, clearsFailures: true)
            try transaction.recordRadius(user, step, access)
            return .accepted(user, try transaction.groupNames(of: user))
        }
    }

    /// Asks for a code, and sends one to whoever has no app for it.
    private func challenge(
        _ user: User,
        _ kinds: [FactorKind],
        _ secrets: CeremonySecrets,
        _ step: RadiusStep
    ) async throws(MusterError) -> RadiusOutcome {
        var message = "Enter the code of your authenticator app"
        if !kinds.contains(.timeCode) {
            message = "Enter the code that was sent to you"
            do throws(MusterError) {
                guard kinds != [.recovery] else { throw MusterError.undeliverableCode }
                try await LoginCode(access, sender: sender).send(to: user, at: step.place)
            } catch {
                guard error.code != .storeUnavailable else { throw error }
                // Whom no code can reach may still have recovery codes.
                guard kinds.contains(.recovery) else {
                    try await refuse("code not sent", step)
                    return .refused
                }
                message = "Enter one of your recovery codes"
            }
        }
        let state = secrets.handle.withExposedValue { Hex.bytes($0) }
        return .challenged(state: state ?? [], message: message)
    }

    /// How a code was judged.
    private enum Finished: Sendable {
        case accepted(User, [String], TakenFactor)
        case refused
        case unknownState
    }

    private func finish(
        _ state: [UInt8],
        with code: Secret<String>,
        _ step: RadiusStep
    ) async throws(MusterError) -> RadiusOutcome {
        let (access, cryptography) = (access, cryptography)
        let digest = step.digest(of: Secret(Hex.text(state)))
        let isOpen = try await access.store.read(.bounded) { reader throws(MusterError) in
            try reader.open(digest, step, access) != nil
        }
        guard isOpen else { return try await refuseState(step) }
        let finished = try await access.changeUncounted(by: step.principal, needing: .reader) {
            _,
            transaction throws(MusterError) -> Finished in
            // It may have been answered meanwhile.
            guard case (var ceremony, let user)? = try transaction.open(digest, step, access)
            else { return .unknownState }
            guard try transaction.admits(user, to: ceremony, at: step.place, access) else {
                return .refused
            }
            let taken = try transaction.takeFactor(
                .code(code),
                of: user,
                challenge: nil,
                at: step.place,
                access,
                cryptography
            )
            guard let taken else {
                ceremony.triesLeft -= 1
                try transaction.updateCeremony(ceremony)
                return .refused
            }
            try transaction.deleteCeremony(digest)
            try transaction.noteSignIn(
                of: user,
                from: step.place.source,
                clearsFailures: true,
                at: access.clock.now()
            )
            return .accepted(user, try transaction.groupNames(of: user), taken)
        }
        switch finished {
        case .accepted(let user, let groups, let taken):
            await notices.tellOfRecovery(user, taken)
            return .accepted(user, groups: groups)
        case .refused: return .refused
        case .unknownState: return try await refuseState(step)
        }
    }

    /// Refuses a state that is not open to this name, client and place, whoever else's it is: at the price of a wrong
    /// password, and without a trace in the state.
    private func refuseState(_ step: RadiusStep) async throws(MusterError) -> RadiusOutcome {
        try await hash(step)
        let access = access
        try await access.changeUncounted(by: step.principal, needing: .reader) {
            _,
            transaction throws(MusterError) in
            try transaction.recordUnknownState(step, access)
        }
        return .refused
    }
}
