/// A password as it came to a way in that has no place for a code: the code of an authenticator app may follow it.
struct PasswordAndCode: Sendable {
    /// What is checked as the password.
    let password: Secret<String>
    /// The six digits after it; nil if none were looked for.
    let code: Secret<String>?

    private init(password: Secret<String>, code: Secret<String>? = nil) {
        self.password = password
        self.code = code
    }

    /// Takes a text apart if the user has an app, so that one password is hashed in every case.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    init(
        _ text: Secret<String>,
        of username: String,
        _ access: DirectoryAccess
    ) async throws(MusterError) {
        guard access.rules.passwordOnlyLogins == .append else {
            self.init(password: text)
            return
        }
        let hasApp = try await access.store.read(.bounded) { reader throws(MusterError) in
            guard let user = try reader.user(.username(username)) else { return false }
            return try reader.factors(of: user.id).contains {
                $0.kind == .timeCode && $0.isConfirmed
            }
        }
        let parts = text.withExposedValue { text -> (Secret<String>, Secret<String>)? in
            let end = text.utf8.suffix(TimeCode.digits)
            guard hasApp, let code = String(end), TimeCode.hasForm(code),
                let rest = String(text.utf8.dropLast(TimeCode.digits))
            else { return nil }
            return (Secret(rest), Secret(code))
        }
        guard let parts else {
            self.init(password: text)
            return
        }
        self.init(password: parts.0, code: parts.1)
    }
}

extension VerifiedPassword {
    /// What a right password is worth in a change, at a way in that has no place for a code.
    enum PasswordOnlyJudgement: Sendable {
        /// It opens the way in.
        case good(SignIn)
        /// It does not; why, in the audit log's words.
        case refused(String)
    }

    /// Judges the password, and the code after it.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func judge(
        _ given: PasswordAndCode,
        in transaction: any DirectoryTransaction,
        _ cryptography: any FactorCryptography
    ) throws(MusterError) -> PasswordOnlyJudgement {
        switch try judge(in: transaction) {
        case .refused(let refusal): return .refused(refusal.rawValue)
        case .good(let signIn):
            let reason = try transaction.refusal(of: given, signIn, attempt, access, cryptography)
            return reason.map { .refused($0) } ?? .good(signIn)
        }
    }
}

extension DirectoryTransaction {
    /// Why a right password is not enough at a way in that has no place for a code; nil if it is.
    ///
    /// A wrong code counts as a failed login.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    fileprivate func refusal(
        of given: PasswordAndCode,
        _ signIn: VerifiedPassword.SignIn,
        _ attempt: PasswordAttempt,
        _ access: DirectoryAccess,
        _ cryptography: any FactorCryptography
    ) throws(MusterError) -> String? {
        guard access.rules.passwordOnlyLogins != .ignore else { return nil }
        let user = signIn.user
        guard user.authorizations.requiresSecondFactorEnrolment || signIn.hasSecondFactor else {
            return nil
        }
        guard let code = given.code else { return "second factor missing" }
        let verdict = try judgeTimeCode(
            code,
            of: user,
            from: attempt.source,
            access,
            cryptography
        )
        guard case .refused(let reason) = verdict else { return nil }
        try countFailure(of: user.id, from: attempt.source, access)
        return reason
    }
}
