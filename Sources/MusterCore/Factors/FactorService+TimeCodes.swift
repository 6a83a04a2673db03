/// An authenticator app that waits to be confirmed; shown once.
public struct NewTimeCode: Sendable {
    /// Its number.
    public let id: FactorID
    /// The secret, in base32.
    public let secret: Secret<String>
    /// The address that an app reads from a QR code.
    public let uri: Secret<String>
}

extension FactorService {
    /// Begins to set up an authenticator app.
    ///
    /// One that was begun before and not confirmed is forgotten.
    ///
    /// - Throws: ``MusterError`` as ``OwnConfirmation``; with code `input.invalid` (field `label`), `factor.too_many` or
    ///   `store.unavailable`, or what `input` throws.
    public func addTimeCode(
        by principal: Principal,
        _ input: () throws(MusterError) -> (label: String?, password: Secret<String>?)
    ) async throws(MusterError) -> NewTimeCode {
        try principal.requireSettledPassword()
        let (given, password) = try input()
        let label = try FactorService.label(given, else: "Authenticator app")
        let key = Secret(access.random.bytes(TimeCode.secretBytes))
        let access = access
        let confirmation = OwnConfirmation(access, passwords: passwords)
        let (id, user) = try await confirmation.change(by: principal, password) {
            caller,
            transaction throws(MusterError) in
            let known = try transaction.factors(of: caller.user.id).filter { $0.kind == .timeCode }
            for factor in known where !factor.isConfirmed {
                try transaction.deleteFactor(factor.id)
            }
            guard known.count(where: \.isConfirmed) < FactorRules.maximumTimeCodes else {
                throw FactorService.tooMany(FactorRules.maximumTimeCodes, "authenticator apps")
            }
            let secret = TimeCodeSecret(key: key, triesLeft: FactorRules.enrolmentTries)
            let factor = try transaction.insertFactor(
                .timeCode(secret),
                of: caller.user.id,
                label: label,
                at: access.clock.now()
            )
            return (factor.id, caller.user)
        }
        let issuer = access.rules.issuer
        return NewTimeCode(
            id: id,
            secret: Secret(key.withExposedValue { Base32.text($0) }),
            uri: Secret(KeyURI.text(key, issuer: issuer, account: user.username.text))
        )
    }

    /// Confirms an authenticator app by one of its codes.
    ///
    /// After ``FactorRules/enrolmentTries`` wrong ones, or ``FactorRules/enrolmentTime``, its secret is forgotten.
    ///
    /// - Throws: ``MusterError`` with code `password.change_required`, `access.impersonation_refused`, `factor.not_found`,
    ///   `code.invalid` or `store.unavailable`, or what `input` throws.
    public func confirmTimeCode(
        _ id: FactorID?,
        by principal: Principal,
        _ input: () throws(MusterError) -> Secret<String>
    ) async throws(MusterError) -> AddedFactor {
        try principal.requireSettledPassword()
        guard principal.impersonator == nil else { throw MusterError.impersonationIsRefused }
        let code = try input()
        let (access, cryptography) = (access, cryptography)
        let spare = RecoverySet(access)
        let outcome = try await access.change(by: principal, needing: .permanentPassword) {
            caller,
            transaction throws(MusterError) in
            try transaction.confirmTimeCode(id, of: caller, code, spare, access, cryptography)
        }
        guard let added = outcome else {
            throw MusterError(
                .codeInvalid,
                "The code is not the one that the app shows now. Check the clock of its device."
            )
        }
        await notices.tell(
            AccountChange(of: principal.user, by: principal, [.added(added.factor)])
        )
        return added
    }
}
