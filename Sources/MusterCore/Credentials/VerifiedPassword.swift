/// What a right password has shown.
struct VerifiedPassword: Sendable {
    /// Whose password it is.
    let user: User
    /// What was kept when it was checked.
    private let kept: StoredPassword
    /// The hash with today's parameters, where the one kept has others.
    private let rehashed: PasswordHash?
    let attempt: PasswordAttempt
    let access: DirectoryAccess

    init(
        user: User,
        kept: StoredPassword,
        rehashed: PasswordHash?,
        attempt: PasswordAttempt,
        access: DirectoryAccess
    ) {
        self.user = user
        self.kept = kept
        self.rehashed = rehashed
        self.attempt = attempt
        self.access = access
    }

    /// When the password was set, or all that it had opened was ended since.
    var setAt: Timestamp { kept.changedAt }

    /// What a right password is worth in the change for which it was asked.
    enum Judgement: Sendable {
        /// It still opens what it was given for, to this user as it is now.
        case good(SignIn)
        /// It does not any more.
        case refused(Refusal)
    }

    /// A user whose password is good, at the moment of the change.
    struct SignIn: Sendable {
        /// The user as it is now.
        let user: User
        /// Whether it has come in from the same source before.
        fileprivate let isFamiliar: Bool
        /// Whether it has a second factor of any kind.
        let hasSecondFactor: Bool
        /// Whether the password has to be changed before anything else.
        let mustChangePassword: Bool
    }

    /// Judges the password once more, in the change for which it was asked.
    ///
    /// While it was checked it may have been changed, closed by failures from the same source, or its user shut
    /// out.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func judge(in reader: any DirectoryReader) throws(MusterError) -> Judgement {
        // By the name again: it may be somebody else's by now.
        guard let now = try reader.standing(of: attempt), now.user.id == user.id,
            let password = now.password, try isUnchanged(password, in: reader)
        else { return .refused(.changedMeanwhile) }
        let refusal = attempt.refusal(
            of: now.user,
            now.source,
            asked: now.asked,
            isTemporary: password.isTemporary,
            access
        )
        if let refusal { return .refused(refusal) }
        return .good(
            SignIn(
                user: now.user,
                isFamiliar: now.isFamiliar,
                hasSecondFactor: now.hasSecondFactor,
                mustChangePassword: password.isTemporary
            )
        )
    }

    /// Whether the password is the one that was checked; another check at the same time may have hashed it again.
    ///
    /// A new password has another time, and leaves the hash of the one before among the former ones.
    private func isUnchanged(
        _ now: StoredPassword,
        in reader: any DirectoryReader
    ) throws(MusterError) -> Bool {
        if now.hash == kept.hash { return true }
        guard now.changedAt == kept.changedAt else { return false }
        return try !reader.formerPasswords(of: user.id).contains(kept.hash)
    }

    /// Notes that the user has come in, by whatever way the password was asked for, and replaces an outdated hash.
    ///
    /// - Parameters:
    ///   - signIn: What ``judge(in:)`` has found in this change.
    ///   - transaction: The change for which the password was asked.
    ///   - clearsFailures: Whether the count of failed logins begins again. Wrong codes count, too, so that only a way in
    ///     that asks for a code may clear it.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func noteSignIn(
        _ signIn: SignIn,
        in transaction: any DirectoryTransaction,
        clearsFailures: Bool = false
    ) throws(MusterError) {
        try transaction.noteSignIn(
            of: signIn.user,
            from: attempt.source,
            isFamiliar: signIn.isFamiliar,
            clearsFailures: clearsFailures,
            at: access.clock.now()
        )
        try replaceHash(in: transaction)
    }

    /// Goes on in the change that the password confirms, and replaces an outdated hash.
    ///
    /// - Throws: ``MusterError`` with code `password.current_invalid` where it is good for nothing any more.
    func confirm(in transaction: any DirectoryTransaction) throws(MusterError) {
        guard case .good = try judge(in: transaction) else { throw attempt.failure }
        try replaceHash(in: transaction)
    }

    /// Replaces an outdated hash, or one from elsewhere; done wherever a right password was seen.
    func replaceHash(in transaction: any DirectoryTransaction) throws(MusterError) {
        guard let rehashed else { return }
        try transaction.rehashPassword(of: user.id, from: kept.hash, to: rehashed)
    }
}
