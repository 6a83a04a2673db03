/// Asks whoever does what a stolen session must not do to have proved lately who it is.
///
/// A session may have been stolen, and a pair of keys, too. The password does, and so does a session whose owner has
/// shown password or factor within ``FactorRules/confirmationTime``. A session whose owner has given the password here
/// counts as one for as long.
struct OwnConfirmation {
    let access: DirectoryAccess
    let passwords: PasswordChecks

    init(_ access: DirectoryAccess, passwords: PasswordChecks) {
        self.access = access
        self.passwords = passwords
    }

    /// Makes a change of the caller's own factors.
    ///
    /// With `isFreeWithoutFactor` whoever has no second factor need not prove itself again.
    ///
    /// - Throws: ``MusterError`` as ``DirectoryAccess/change(by:needing:_:)``; with code `access.impersonation_refused`,
    ///   `factor.confirmation_required` or `password.current_invalid`.
    func change<Result: Sendable>(
        by principal: Principal,
        _ password: Secret<String>?,
        needing right: Principal.Right = .permanentPassword,
        isFreeWithoutFactor: Bool = false,
        _ body:
            @escaping @Sendable (Principal, any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        // What an administrator did in another's name would be that other's own doing.
        guard principal.impersonator == nil else { throw MusterError.impersonationIsRefused }
        let access = access
        if let password {
            return try await CurrentPassword(access, passwords).verify(
                password,
                of: principal.user,
                for: .confirmation,
                by: principal
            ) { verified throws(MusterError) in
                try await access.change(by: principal, needing: right, as: .confirmed) {
                    caller,
                    transaction throws(MusterError) in
                    try verified.confirm(in: transaction)
                    try transaction.noteConfirmation(of: caller, at: access.clock.now())
                    return try body(caller, transaction)
                }
            }
        }
        let secrets = CeremonySecrets(access.random)
        let outcome: Outcome<Result> = try await access.change(by: principal, needing: right) {
            caller,
            transaction throws(MusterError) in
            let need = try transaction.proof(
                of: caller,
                isFreeWithoutFactor: isFreeWithoutFactor,
                secrets,
                access
            )
            if case .wanted(let challenge) = need { return .ask(challenge) }
            return .done(try body(caller, transaction))
        }
        return try outcome.result()
    }

    /// Goes on with an administrator who has proved itself lately, or gives its password now; for changes that are others'.
    ///
    /// - Throws: ``MusterError`` as ``DirectoryAccess/change(by:needing:_:)``; with code `access.impersonation_refused`,
    ///   `factor.confirmation_required` or `password.current_invalid`.
    func require(
        by principal: Principal,
        _ password: Secret<String>?
    ) async throws(MusterError) {
        guard principal.impersonator == nil else {
            throw OwnConfirmation.isAnothers
        }
        try principal.requireRight(.administrator)
        if let password {
            return try await change(by: principal, password, needing: .administrator) {
                _,
                _ throws(MusterError) in
            }
        }
        let access = access
        let isProved = try await access.look(by: principal) { caller, reader throws(MusterError) in
            if caller.isMachine { return true }
            return try reader.hasProvedItself(caller, access)
        }
        guard isProved else { throw OwnConfirmation.refusal(nil) }
    }

    /// What is said to whoever would change its own ways in while it acts in another's name.
    static var isAnothers: MusterError {
        MusterError(
            .impersonationRefused,
            "This is not done in another's name. Stop acting as that user first."
        )
    }

    /// What became of a change: it was made, or a proof has to come first.
    enum Outcome<Made: Sendable>: Sendable {
        case done(Made)
        case ask(LoginChallenge?)

        /// What was made.
        ///
        /// - Throws: ``MusterError`` with code `factor.confirmation_required`.
        func result() throws(MusterError) -> Made {
            switch self {
            case .done(let made): return made
            case .ask(let challenge): throw OwnConfirmation.refusal(challenge)
            }
        }
    }

    /// Whether whoever calls has shown lately who it is.
    enum Proof: Sendable {
        /// It has, or need not.
        case given
        /// It has not; by what it may.
        case wanted(LoginChallenge?)
    }

    /// Asks for a proof: by what `way` says, or by the factor that the challenge names.
    static func refusal(
        _ challenge: LoginChallenge?,
        to way: String = "send your \"password\""
    ) -> MusterError {
        MusterError(
            .confirmationRequired,
            "Confirm it is you: \(way)"
                + (challenge?.handle == nil
                    ? "." : ", or finish the \"login\" that this answer names."),
            challenge: challenge ?? LoginChallenge(factors: [], handle: nil)
        )
    }
}

extension DirectoryReader {
    /// Whether the owner of the caller's session has shown password or factor within ``FactorRules/confirmationTime``.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func hasProvedItself(
        _ caller: Principal,
        _ access: DirectoryAccess
    ) throws(MusterError) -> Bool {
        guard let digest = caller.sessionDigest, let session = try session(digest) else {
            return false
        }
        let now = access.clock.now()
        return !session.authenticatedAt.isFuture(at: now)
            && now.since(session.authenticatedAt) < FactorRules.confirmationTime
    }
}

extension DirectoryTransaction {
    /// Whether a caller has shown lately who it is; begins a proof by its factor if it has not, where `begins` says so.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func proof(
        of caller: Principal,
        isFreeWithoutFactor: Bool,
        begins: Bool = true,
        _ secrets: CeremonySecrets,
        _ access: DirectoryAccess
    ) throws(MusterError) -> OwnConfirmation.Proof {
        if caller.isMachine { return .given }
        guard try !hasProvedItself(caller, access) else { return .given }
        // In another's name it is the session's owner who has to be known again.
        let hasFactor = try hasSecondFactor(caller.actor)
        guard hasFactor || !isFreeWithoutFactor else { return .given }
        guard begins, hasFactor, let digest = caller.sessionDigest else { return .wanted(nil) }
        return .wanted(
            try beginCeremony(.confirmation(digest.bytes), of: caller.actor, secrets, access)
        )
    }

    /// Keeps that the owner of the caller's session has given its password again.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func noteConfirmation(
        of caller: Principal,
        at now: Timestamp
    ) throws(MusterError) {
        guard let digest = caller.sessionDigest, let session = try session(digest) else { return }
        try noteConfirmation(of: digest, by: session.methods.union([.password]), at: now)
    }
}
