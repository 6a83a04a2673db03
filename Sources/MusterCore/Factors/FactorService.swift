import TextBytes

/// What a user has of factors, without secrets.
public struct FactorList: Sendable {
    /// Whose they are.
    public let user: User
    /// Authenticator apps that are confirmed, and passkeys, in the order in which they were set up.
    public let factors: [Factor]
    /// How many recovery codes are left.
    public let recoveryCodesLeft: Int
}

/// An authenticator app that waits to be confirmed; shown once.
public struct NewTimeCode: Sendable {
    /// Its number.
    public let id: FactorID
    /// The secret, in base32.
    public let secret: Secret<String>
    /// The address that an app reads from a QR code.
    public let uri: Secret<String>
}

/// A factor that was set up, and the recovery codes that came with it.
public struct AddedFactor: Sendable {
    /// The factor.
    public let factor: Factor
    /// Recovery codes, shown once; nil if the user had factors before.
    public let recoveryCodes: [Secret<String>]?
}

/// Sets up authenticator apps, passkeys and recovery codes.
public struct FactorService: Sendable {
    let access: DirectoryAccess
    let passwords: PasswordChecks
    let cryptography: any FactorCryptography
    let notices: AccountNotices

    init(
        _ access: DirectoryAccess,
        passwords: PasswordChecks,
        cryptography: any FactorCryptography,
        notices: AccountNotices
    ) {
        self.access = access
        self.passwords = passwords
        self.cryptography = cryptography
        self.notices = notices
    }

    /// The factors of a user: one's own, or for administrators those of anybody who holds no more than they.
    ///
    /// Whoever would take a user's place begins by looking how it proves itself, and when.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `access.escalation`, `password.change_required`,
    ///   `user.not_found` or `store.unavailable`.
    public func list(
        of target: UserTarget,
        by principal: Principal
    ) async throws(MusterError) -> FactorList {
        try principal.requireSettledPassword()
        return try await access.look(by: principal) { caller, reader throws(MusterError) in
            try list(of: target, by: caller, in: reader)
        }
    }

    /// The factors of a user, as ``list(of:by:)``, in the snapshot of a reader in which the caller was let in.
    ///
    /// - Throws: as ``list(of:by:)``.
    public func list(
        of target: UserTarget,
        by principal: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> FactorList {
        try principal.requireSettledPassword()
        let user = try reader.resolve(target, for: principal)
        try principal.requirePower(over: user)
        return FactorList(
            user: user,
            factors: try reader.factors(of: user.id).filter(\.isConfirmed),
            recoveryCodesLeft: try reader.recoveryCodeCount(of: user.id)
        )
    }

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

    /// Removes one's own factor, or an app that waits to be confirmed.
    ///
    /// With the last second factor of any kind the recovery codes go, too.
    ///
    /// - Throws: ``MusterError`` as ``OwnConfirmation``; with code `factor.not_found`, `factor.last` or
    ///   `store.unavailable`, or what `input` throws.
    public func remove(
        _ id: FactorID?,
        by principal: Principal,
        _ input: () throws(MusterError) -> Secret<String>?
    ) async throws(MusterError) {
        try principal.requireSettledPassword()
        let password = try input()
        let access = access
        let confirmation = OwnConfirmation(access, passwords: passwords)
        let change = try await confirmation.change(by: principal, password) {
            caller,
            transaction throws(MusterError) in
            let user = try transaction.existing(caller.user)
            let factor = try transaction.factor(id, of: user)
            try transaction.deleteFactor(factor.id)
            // What was never confirmed was never added, either: nobody was told of it, and no record says so.
            guard factor.isConfirmed else { return AccountChange(of: user, by: caller, []) }
            guard try transaction.settleLastFactor(of: user) || !user.mustHaveFactor else {
                throw .lastFactor
            }
            try transaction.record("removed", factor, by: caller, access)
            return AccountChange(of: user, by: caller, [.removed(factor)])
        }
        await notices.tell(change)
    }

    /// Makes a new set of recovery codes, which ends the old one.
    ///
    /// - Throws: ``MusterError`` as ``OwnConfirmation``; with code `factor.not_found` where there is no second factor, or
    ///   `store.unavailable`, or what `input` throws.
    public func renewRecoveryCodes(
        by principal: Principal,
        _ input: () throws(MusterError) -> Secret<String>?
    ) async throws(MusterError) -> [Secret<String>] {
        try principal.requireSettledPassword()
        let password = try input()
        let access = access
        let set = RecoverySet(access)
        let confirmation = OwnConfirmation(access, passwords: passwords)
        let change = try await confirmation.change(by: principal, password) {
            caller,
            transaction throws(MusterError) in
            let user = try transaction.existing(caller.user)
            guard try transaction.hasSecondFactor(user) else {
                throw MusterError(
                    .factorNotFound,
                    "Recovery codes stand in for a second factor, and you have none. Set one up first."
                )
            }
            try transaction.replaceRecoveryCodes(of: user.id, with: set.digests)
            try transaction.setFailureCount(0, of: .recovery, of: user.id)
            try transaction.appendAuditEvent(
                access.event(
                    .userUpdate,
                    by: caller,
                    on: AuditParty(user),
                    fields: [AuditField("two_factor.recovery", "renewed")]
                )
            )
            return AccountChange(of: user, by: caller, [.recoveryRenewed])
        }
        await notices.tell(change)
        return set.codes
    }

    /// Takes all factors from a user, whose sessions end and who has to set up a new one before anything else.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `access.escalation`, `access.own_account`,
    ///   `password.change_required`, `user.not_found` or `store.unavailable`.
    public func reset(
        _ reference: UserReference,
        by principal: Principal
    ) async throws(MusterError) {
        let access = access
        let change = try await access.change(of: .user(reference), by: principal) {
            caller,
            user,
            transaction throws(MusterError) in
            // Who has stolen a session of an administrator's would be rid of its factor with one call.
            guard caller.isMachine || !caller.isOwn(user) else {
                throw MusterError(
                    .ownAccount,
                    "Another administrator resets your factors. Remove yours with DELETE /muster/v1/factors/{id}."
                )
            }
            try caller.requireAbove(user)
            try transaction.resetFactors(of: user, by: caller, access)
            return AccountChange(of: user, by: caller, [.factorsReset])
        }
        await notices.tell(change)
    }

    static func tooMany(_ most: Int, _ what: String) -> MusterError {
        MusterError(.factorTooMany, "You have \(most) \(what), as many as a user may have.")
    }

    /// A label as it is kept.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `label`.
    static func label(_ label: String?, else standard: String) throws(MusterError) -> String {
        guard let label, !label.utf8.isEmpty else { return standard }
        let isPlain =
            label.utf8.count <= FactorRules.maximumLabelBytes && !ContactRules.hasControls(label)
            && !ContactRules.hasDirections(label)
        guard isPlain else {
            throw .invalid(
                "label",
                rule:
                    "must have at most \(FactorRules.maximumLabelBytes) bytes, no control characters, and none "
                    + "that turn the direction of writing"
            )
        }
        return label
    }
}
