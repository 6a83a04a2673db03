extension LocalLoginService {
    /// Whether a right password opens the machine at this moment.
    func confirm(
        _ verified: VerifiedPassword,
        _ given: PasswordAndCode,
        _ attempt: PasswordAttempt
    ) async throws(MusterError) -> Bool {
        let (access, cryptography) = (access, cryptography)
        return try await access.store.write { transaction throws(MusterError) in
            let signIn: VerifiedPassword.SignIn
            switch try verified.judge(given, in: transaction, cryptography) {
            case .good(let present):
                signIn = present
            case .refused(let reason):
                try transaction.recordLateRefusal(reason, attempt, verified, access)
                return false
            }
            try verified.noteSignIn(signIn, in: transaction)
            let event = access.event(
                .authenticatePassword,
                actor: nil,
                origin: attempt.origin,
                on: AuditParty(verified.user)
            )
            try transaction.recordSignIn(
                [event],
                of: verified.user,
                from: attempt.source,
                access
            )
            return true
        }
    }

    /// Notes a refusal that did not come as far as a user's password.
    func note(
        _ reason: String,
        _ username: String,
        from origin: RequestSource,
        _ source: LoginSource
    ) async throws(MusterError) {
        let access = access
        // Whose password cannot come in this way is what somebody will look for; junk is nobody's.
        let user: User? =
            reason == "may be cut"
            ? try await access.store.read(.bounded) { reader throws(MusterError) in
                try reader.user(.username(username))
            } : nil
        let event = access.event(
            .authenticatePassword,
            isFailure: true,
            actor: nil,
            origin: origin,
            on: user.map { AuditParty($0) },
            fields: [AuditField("reason", reason)]
        )
        try await access.store.write { transaction throws(MusterError) in
            try transaction.recordRefusal(event, from: source, access)
        }
    }
}
