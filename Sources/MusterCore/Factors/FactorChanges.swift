/// Recovery codes that were drawn before the transaction that may need them, which may be made twice.
struct RecoverySet: Sendable {
    let codes: [Secret<String>]
    let digests: [Digest]

    init(_ access: DirectoryAccess) {
        codes = (0..<RecoveryCode.setSize).map { _ in RecoveryCode.random(from: access.random) }
        digests = codes.compactMap { RecoveryCode.digest(of: $0, access.digester) }
    }
}

extension Factor {
    /// What it is called in a sentence.
    var noun: String {
        switch kind {
        case .passkey: "passkey"
        default: "authenticator app"
        }
    }
}

extension DirectoryTransaction {
    /// The factor of a number, confirmed or not, if it is the user's.
    ///
    /// - Throws: ``MusterError`` with code `factor.not_found` or `store.unavailable`.
    func factor(_ id: FactorID?, of user: User) throws(MusterError) -> Factor {
        let factor = try factors(of: user.id).first { $0.id == id }
        guard let factor else {
            throw MusterError(.factorNotFound, "You have no such factor.")
        }
        return factor
    }

    /// Confirms an app by its code; nil if the code is wrong, which uses up a try.
    func confirmTimeCode(
        _ id: FactorID?,
        of caller: Principal,
        _ code: Secret<String>,
        _ spare: RecoverySet,
        _ access: DirectoryAccess,
        _ cryptography: any FactorCryptography
    ) throws(MusterError) -> AddedFactor? {
        let now = access.clock.now()
        let waiting = try factors(of: caller.user.id).first { $0.id == id && !$0.isConfirmed }
        guard var factor = waiting, case .timeCode(var secret) = factor.proof,
            let key = secret.key, let tries = secret.triesLeft, !factor.createdAt.isFuture(at: now),
            now < factor.createdAt.advanced(by: FactorRules.enrolmentTime)
        else {
            throw MusterError(
                .factorNotFound,
                "No such authenticator app waits to be confirmed. Begin again with POST /muster/v1/factors/totp."
            )
        }
        let verdict = TimeCode.judge(code, key, at: now, after: nil, cryptography)
        guard case .right(let step) = verdict else {
            secret.triesLeft = tries - 1
            factor.proof = .timeCode(secret)
            if tries > 1 { try updateFactor(factor) } else { try deleteFactor(factor.id) }
            try recordRefusal(
                access.event(
                    .codeRefused,
                    isFailure: true,
                    actor: AuditParty(caller.actor),
                    origin: caller.origin,
                    on: AuditParty(caller.user),
                    fields: [AuditField("reason", "wrong code of a new app")]
                ),
                from: LoginSource(codesOf: caller.user.id),
                access
            )
            return nil
        }
        let isFirst = try !hasFactor(caller.user.id)
        secret.lastStep = step
        secret.triesLeft = nil
        factor.proof = .timeCode(secret)
        try updateFactor(factor)
        return try finish(factor, isFirst: isFirst, by: caller, spare, access)
    }

    /// Records a factor that was set up, with recovery codes for the first one.
    func finish(
        _ factor: Factor,
        isFirst: Bool,
        by caller: Principal,
        _ spare: RecoverySet,
        _ access: DirectoryAccess
    ) throws(MusterError) -> AddedFactor {
        if isFirst { try giveRecoveryCodes(spare, to: caller.user) }
        try record("added", factor, by: caller, access)
        return AddedFactor(factor: factor, recoveryCodes: isFirst ? spare.codes : nil)
    }

    /// Gives a user recovery codes in place of all former ones, whose failures say nothing of the new ones.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func giveRecoveryCodes(_ set: RecoverySet, to user: User) throws(MusterError) {
        try replaceRecoveryCodes(of: user.id, with: set.digests)
        try setFailureCount(0, of: .recovery, of: user.id)
    }

    func record(
        _ what: String,
        _ factor: Factor,
        by caller: Principal,
        _ access: DirectoryAccess
    ) throws(MusterError) {
        let fields = [
            AuditField("two_factor.\(factor.kind.rawValue)", what),
            AuditField("factor", "\(factor.id.rawValue)"),
        ]
        try appendAuditEvent(
            access.event(.userUpdate, by: caller, on: AuditParty(caller.user), fields: fields)
        )
    }

    /// Takes the recovery codes from whoever has no second factor of any kind any more, for which they would stand in.
    ///
    /// - Returns: Whether the user has a second factor.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func settleLastFactor(of user: User) throws(MusterError) -> Bool {
        guard try !hasSecondFactor(user) else { return true }
        try replaceRecoveryCodes(of: user.id, with: [])
        return false
    }

    /// Takes all factors from a user, who has to set up a new one, and ends what its password has opened.
    func resetFactors(
        of user: User,
        by caller: Principal,
        _ access: DirectoryAccess
    ) throws(MusterError) {
        let now = access.clock.now()
        for factor in try factors(of: user.id) { try deleteFactor(factor.id) }
        for factor in CountedFactor.allCases { try setFailureCount(0, of: factor, of: user.id) }
        try deleteVerificationCode(of: user.id)
        var reset = user
        reset.secondFactor.isSMSEnabled = false
        reset.secondFactor.isEmailEnabled = false
        reset.authorizations.requiresSecondFactorEnrolment = true
        _ = try settleLastFactor(of: reset)
        try rewrite(reset, at: now)
        try endAllOpened(byPasswordOf: user.id, because: .revoked, at: now)
        try forgetFamiliarPlaces(of: user.id, by: caller, access)
        try appendAuditEvent(
            access.event(
                .userUpdate,
                by: caller,
                on: AuditParty(user),
                fields: [AuditField("two_factor", "reset")]
            )
        )
    }
}
