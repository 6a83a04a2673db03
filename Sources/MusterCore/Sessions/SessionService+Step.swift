extension SessionService {
    /// How a login went on once its password was right.
    enum Outcome: Sendable {
        case issued(IssuedSession, TakenFactor?)
        case needsCode(User, LoginChallenge)
        case refused(Refusal)
    }

    func step(
        _ attempt: PasswordAttempt,
        _ code: Secret<String>?
    ) async throws(MusterError) -> Outcome {
        let (access, cryptography) = (access, cryptography)
        let token = SessionToken(kind, access)
        let secrets = CeremonySecrets(access.random)
        return try await PasswordVerifier(access, passwords).verify(attempt) {
            verified throws(MusterError) in
            try await access.store.write { transaction throws(MusterError) in
                let signIn: VerifiedPassword.SignIn
                switch try verified.judge(in: transaction) {
                case .good(let present):
                    signIn = present
                case .refused(let refusal):
                    if refusal != .changedMeanwhile {
                        try transaction.recordLateRefusal(
                            refusal.rawValue,
                            attempt,
                            verified,
                            access
                        )
                    }
                    return .refused(refusal)
                }
                let user = signIn.user
                var taken: TakenFactor?
                if signIn.hasSecondFactor {
                    guard let code else {
                        let challenge = try transaction.askForFactor(
                            of: user,
                            attempt,
                            verified,
                            secrets,
                            access
                        )
                        return .needsCode(user, challenge)
                    }
                    taken = try transaction.takeFactor(
                        .code(code),
                        of: user,
                        challenge: nil,
                        at: SignInPlace(attempt),
                        access,
                        cryptography
                    )
                    guard taken != nil else { return .refused(.wrongPassword) }
                }
                try verified.noteSignIn(signIn, in: transaction, clearsFailures: true)
                let session = try transaction.beginSession(
                    token,
                    of: user,
                    after: taken,
                    at: SignInPlace(attempt),
                    access
                )
                return .issued(session, taken)
            }
        }
    }
}

extension DirectoryTransaction {
    /// Records that a password was right and a second factor is waited for.
    fileprivate func askForFactor(
        of user: User,
        _ attempt: PasswordAttempt,
        _ verified: VerifiedPassword,
        _ secrets: CeremonySecrets,
        _ access: DirectoryAccess
    ) throws(MusterError) -> LoginChallenge {
        try verified.replaceHash(in: self)
        let event = access.event(
            .authenticatePassword,
            actor: AuditParty(user),
            origin: attempt.origin,
            on: AuditParty(user),
            fields: [AuditField("second_factor", "code required")]
        )
        try recordSignIn([event], of: user, from: attempt.source, access)
        let changedAt = try password(of: user.id)?.changedAt ?? access.clock.now()
        return try beginCeremony(
            .login(passwordChangedAt: changedAt),
            of: user,
            from: attempt.source,
            secrets,
            access
        )
    }
}
