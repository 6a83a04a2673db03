extension User {
    /// Whether the user has to have a second factor.
    var mustHaveFactor: Bool { authorizations.requiresSecondFactorEnrolment }

    /// Whether the user has a second factor of any kind: codes that are sent, or an app or passkey of its own.
    func hasSecondFactor(besideCodes hasFactor: Bool) -> Bool {
        secondFactor.isRequiredAtLogin || hasFactor
    }

    /// Whether the user has to set up a second factor, and has none yet.
    func mustEnrol(hasSecondFactor: Bool) -> Bool { mustHaveFactor && !hasSecondFactor }
}

extension DirectoryReader {
    /// Whether a user has a second factor of any kind.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func hasSecondFactor(_ user: User) throws(MusterError) -> Bool {
        // Nobody need look for others where codes are one.
        if user.hasSecondFactor(besideCodes: false) { return true }
        return try hasFactor(user.id)
    }

    /// Refuses to switch a user's second factor, or to turn it elsewhere, for a caller who could not reset it.
    ///
    /// Who has none yet is given one by whoever holds as much.
    ///
    /// - Throws: ``MusterError`` with code `access.escalation` or `store.unavailable`.
    func requirePower(
        of caller: Principal,
        overFactorOf user: User
    ) throws(MusterError) {
        try caller.requirePower(over: user)
        guard !caller.isOwn(user) else { return }
        do throws(MusterError) {
            try caller.requireAbove(user)
        } catch {
            guard try !hasSecondFactor(user) else { throw error }
        }
    }

    /// By which factors a user may prove itself a second time, the strongest first; codes are among them where the server
    /// sends any.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func factorKinds(
        of user: User,
        _ rules: DeliveryRules
    ) throws(MusterError) -> [FactorKind] {
        var kinds = Set(try factors(of: user.id).filter(\.isConfirmed).map(\.kind))
        if rules.sends(by: .sms, to: user) { kinds.insert(.sms) }
        if rules.sends(by: .email, to: user) { kinds.insert(.email) }
        if try recoveryCodeCount(of: user.id) > 0 { kinds.insert(.recovery) }
        return FactorKind.allCases.filter(kinds.contains)
    }
}

extension MusterError {
    /// What is said to whoever must have a second factor and would have none.
    static let lastFactor = MusterError(
        .factorLast,
        "This is your last second factor, and you must have one. Set up another one first."
    )
}
