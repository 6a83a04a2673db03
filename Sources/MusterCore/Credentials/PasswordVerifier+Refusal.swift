extension PasswordVerifier {
    /// Records an attempt that was refused, and counts it if it was a wrong password.
    func refuse(
        _ attempt: PasswordAttempt,
        _ user: User?,
        _ reason: String
    ) async throws(MusterError) {
        let access = access
        try await access.store.write { transaction throws(MusterError) in
            if reason == Refusal.wrongPassword.rawValue, let user {
                try transaction.countFailure(of: user.id, from: attempt.source, access)
                try transaction.countFailureOfAsker(attempt, about: user.id, access)
            }
            // A password typed into the name's field must not end up in the audit log.
            let target = user.map { AuditParty($0) } ?? AuditParty(uuid: nil, name: "unknown user")
            let event = access.event(
                .authenticatePassword,
                isFailure: true,
                actor: attempt.asker.map { AuditParty($0.actor) },
                origin: attempt.origin,
                on: target,
                fields: [AuditField("reason", reason)] + attempt.fields
            )
            try transaction.recordRefusal(event, from: attempt.source, access)
        }
    }

    /// Why an attempt is refused; nil if it is not.
    func reason(
        _ attempt: PasswordAttempt,
        _ found: AttemptStanding?,
        _ check: PasswordCheck
    ) -> String? {
        guard let found else { return "unknown user" }
        return attempt.refusal(
            of: found.user,
            found.source,
            asked: found.asked,
            isWrong: check == .wrong,
            isTemporary: found.password?.isTemporary == true,
            access
        )?.rawValue
    }
}
