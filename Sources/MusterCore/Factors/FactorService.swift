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

    /// Makes a new set of recovery codes, which ends the old one.
    ///
    /// - Throws: ``MusterError`` as ``OwnConfirmation``; with code `factor.not_found` if there is no second factor, or
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
            try transaction.giveRecoveryCodes(set, to: user)
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
