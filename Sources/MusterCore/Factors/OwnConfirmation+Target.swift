extension OwnConfirmation {
    /// Gives one user a way in.
    ///
    /// Where that turns out to be the caller itself, or anybody who administers users, a caller in a session has proved
    /// lately who it is, or gives its password: who has stolen the session would come back by it.
    ///
    /// Whose way in it is is judged in the transaction, by identity: while a body is on its way its sender can take the
    /// name that the path has. Whoever acts in another's name does not change its own. Callers without a session, such as
    /// API keys, have what a change would give them.
    ///
    /// - Parameters:
    ///   - target: The user.
    ///   - principal: Who calls. It has to be an administrator, where it does not act on itself.
    ///   - password: The caller's password out of what is asked for, if it was given.
    ///   - isFreeWithoutFactor: Whether whoever has no second factor need not prove itself again.
    ///   - input: Reads what is asked for; what it throws is said in its turn.
    ///   - body: Makes the change.
    /// - Returns: What `body` returns.
    /// - Throws: ``MusterError`` as the change of one user by ``DirectoryAccess``; with code `access.impersonation_refused`,
    ///   `factor.confirmation_required` or `password.current_invalid`; or what `input` throws.
    func change<Input: Sendable, Made: Sendable>(
        of target: UserTarget,
        by principal: Principal,
        password: (Input) -> Secret<String>?,
        isFreeWithoutFactor: Bool,
        _ input: () throws(MusterError) -> Input,
        _ body:
            @escaping @Sendable (Principal, User, Input, any DirectoryTransaction)
            throws(MusterError) -> Made
    ) async throws(MusterError) -> Made {
        try principal.requireRight(target.isOneself ? .settledAccount : .administrator)
        let read = Result { () throws(MusterError) in try input() }
        var given: Secret<String>?
        if case .success(let input) = read { given = password(input) }
        let (access, secrets) = (access, CeremonySecrets(access.random))
        let make = {
            (
                verified: VerifiedPassword?,
                begins: Bool
            ) async throws(MusterError) -> Outcome<Made>
            in
            let kind = ChangeBudget.Kind(verified)
            return try await access.change(of: target, by: principal, as: kind, read.get) {
                caller,
                user,
                input,
                transaction throws(MusterError) in
                try verified?.confirm(in: transaction)
                guard try caller.hasToProveItself(toLetIn: user) else {
                    return .done(try body(caller, user, input, transaction))
                }
                if verified != nil {
                    try transaction.noteConfirmation(of: caller, at: access.clock.now())
                } else {
                    let need = try transaction.proof(
                        of: caller,
                        isFreeWithoutFactor: isFreeWithoutFactor,
                        begins: begins,
                        secrets,
                        access
                    )
                    if case .wanted(let challenge) = need { return .ask(challenge) }
                }
                return .done(try body(caller, user, input, transaction))
            }
        }
        // Saves the hashing where the password is nobody's business; whether it is needed is judged above.
        guard let given, principal.impersonator == nil, principal.sessionDigest != nil else {
            return try await make(nil, true).result()
        }
        if !target.isOwn(principal) {
            let outcome = try await make(nil, false)
            guard case .ask = outcome else { return try outcome.result() }
        }
        return try await CurrentPassword(access, passwords).verify(
            given,
            of: principal.user,
            for: .confirmation,
            by: principal
        ) { verified throws(MusterError) in try await make(verified, true) }
        .result()
    }
}

extension Principal {
    /// Whether a way into an account that is made in a session, which may have been stolen, is one by which its thief would
    /// come back: the caller's own, or that of whoever administers users.
    ///
    /// - Throws: ``MusterError`` with code `access.impersonation_refused` where it aims at itself in another's name.
    func hasToProveItself(toLetIn target: User) throws(MusterError) -> Bool {
        if try hasToProveItself(toChange: target) { return true }
        return sessionDigest != nil && !target.administratorRights.isEmpty
    }

    /// Whether a change of a user's ways in is one of the caller's own, in a session, which may have been stolen.
    ///
    /// - Throws: ``MusterError`` with code `access.impersonation_refused` where it aims at itself in another's name.
    func hasToProveItself(toChange target: User) throws(MusterError) -> Bool {
        guard sessionDigest != nil else { return false }
        guard let impersonator else { return target.id == user.id }
        guard target.id != impersonator.id else { throw OwnConfirmation.isAnothers }
        return false
    }
}

extension DirectoryReader {
    /// Refuses what would let whoever has stolen a session come back as its owner, or as another one who administers users,
    /// where the call has no place for a proof: who has a second factor logs in again.
    ///
    /// - Throws: ``MusterError`` with code `factor.confirmation_required`, `access.impersonation_refused` or
    ///   `store.unavailable`.
    func requireProof(
        of caller: Principal,
        toLetIn target: User,
        _ access: DirectoryAccess
    ) throws(MusterError) {
        guard try lacksProof(of: caller, toLetIn: target, access),
            try hasSecondFactor(caller.actor)
        else { return }
        throw OwnConfirmation.refusal(nil, to: "log in again")
    }

    /// Whether a caller would let somebody in, in a session whose owner has not proved lately who it is.
    ///
    /// - Throws: as ``Principal/hasToProveItself(toLetIn:)``; ``MusterError`` with code `store.unavailable`.
    func lacksProof(
        of caller: Principal,
        toLetIn target: User,
        _ access: DirectoryAccess
    ) throws(MusterError) -> Bool {
        guard try caller.hasToProveItself(toLetIn: target) else { return false }
        return try !hasProvedItself(caller, access)
    }
}
