/// What became of switches of codes.
struct CodeSwitch: Sendable {
    /// What the user is told.
    let account: AccountChange
    /// Whether the user must have a second factor, and has lost the last one by it.
    let leavesNone: Bool
}

extension User {
    /// Refuses a second factor that nobody could pass.
    ///
    /// An administrator may give somebody a number that nobody has proved yet (it knows whose it is); for oneself a
    /// slip of the finger would lock its owner out.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `email_enabled` or `sms_phone`.
    fileprivate func requireReachable(
        changedFrom before: SecondFactor,
        by caller: Principal,
        _ rules: DeliveryRules
    ) throws(MusterError) {
        // What is on already may stay when the server's own settings have changed.
        if secondFactor.isEmailEnabled, !before.isEmailEnabled || !rules.canMail(to: displayEmail) {
            try rules.requireMail(to: displayEmail)
        }
        let isNew = !before.isSMSEnabled || before.phone != secondFactor.phone
        if secondFactor.isSMSEnabled, isNew, let phone = secondFactor.phone {
            try rules.requireSMS(to: phone)
        }
        guard
            !secondFactor.isSMSEnabled || secondFactor.isPhoneVerified || !isNew
                || caller.isMachine || !caller.isOwn(self)
        else {
            throw .invalid(
                "sms_phone",
                rule: PhoneNumber.unproven
            )
        }
    }
}

extension DirectoryTransaction {
    /// Switches a user's codes on and off; answers what is told of it, nil if nothing has changed.
    func configure(
        _ former: User,
        _ settings: SecondFactorSettings,
        by caller: Principal,
        _ access: DirectoryAccess
    ) throws(MusterError) -> CodeSwitch? {
        var user = former
        try requirePower(of: caller, overFactorOf: user)
        let before = user.secondFactor
        try user.secondFactor.apply(settings)
        try user.requireReachable(changedFrom: before, by: caller, access.rules.delivery)
        guard user.secondFactor != before else { return nil }
        let leavesNone = try losesRequiredFactor(user, before: before)
        guard !leavesNone || !caller.isOwn(user) || caller.isMachine else { throw .lastFactor }
        try rewrite(user, at: access.clock.now())
        try setFailureCount(0, of: .sent, of: user.id)
        // It went where codes went before: whoever reads them there is not to come in with it, nor to verify a phone.
        try endLoginCode(of: user.id)
        let none = leavesNone ? [AuditField("two_factor", "none left, and one is required")] : []
        let fields = user.secondFactor.auditFields(changedFrom: before) + none
        try appendAuditEvent(
            access.event(.userUpdate, by: caller, on: AuditParty(user), fields: fields)
        )
        return CodeSwitch(
            account: AccountChange(
                of: former,
                by: caller,
                AccountNews.of(user, changedFrom: former)
            ),
            leavesNone: leavesNone
        )
    }

    /// Ends the code that waits for a login, if one does.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func endLoginCode(of user: UserID) throws(MusterError) {
        guard try verificationCode(of: user)?.purpose == .login else { return }
        try deleteVerificationCode(of: user)
    }

    /// Whether a user who must have a second factor loses the last one by switches; with the last one of anybody the
    /// recovery codes go.
    private func losesRequiredFactor(
        _ user: User,
        before: SecondFactor
    ) throws(MusterError) -> Bool {
        guard try !settleLastFactor(of: user) else { return false }
        return before.isRequiredAtLogin && user.mustHaveFactor
    }
}
