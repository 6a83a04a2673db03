/// What to switch on or off.
public struct SecondFactorSettings: Sendable {
    /// Whether codes go to the e-mail address; nil leaves it.
    public let isEmailEnabled: Bool?
    /// Whether codes go to the phone; nil leaves it.
    public let isSMSEnabled: Bool?
    /// The phone; nil keeps the one that is known.
    public let phone: PhoneNumber?
    /// The password of the account, for whoever changes its own; nil if none was given.
    public let password: Secret<String>?

    /// Builds settings.
    public init(
        isEmailEnabled: Bool?,
        isSMSEnabled: Bool?,
        phone: PhoneNumber?,
        password: Secret<String>? = nil
    ) {
        self.isEmailEnabled = isEmailEnabled
        self.isSMSEnabled = isSMSEnabled
        self.phone = phone
        self.password = password
    }
}

/// Sets up second factors.
public struct SecondFactorService: Sendable {
    private let access: DirectoryAccess
    private let passwords: PasswordChecks
    private let sender: any CodeSender
    private let notices: AccountNotices

    init(
        _ access: DirectoryAccess,
        passwords: PasswordChecks,
        sender: any CodeSender,
        notices: AccountNotices
    ) {
        self.access = access
        self.passwords = passwords
        self.sender = sender
        self.notices = notices
    }

    /// Reads a phone number, by the rule that was set for numbers without a prefix.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `sms_phone`.
    public func phone(_ text: String) throws(MusterError) -> PhoneNumber {
        try PhoneNumber(text, prefix: access.rules.phonePrefix)
    }

    /// Sends a code to a phone, to find out whether it is the user's.
    ///
    /// For one's own account the password is needed: a key or session may have been stolen.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `password.current_invalid`, `request.rate_limited`, `server.overloaded`,
    ///   `store.unavailable`, or what `input` throws.
    public func sendVerification(
        to target: UserTarget,
        by principal: Principal,
        _ input: () throws(MusterError) -> (phone: PhoneNumber, password: Secret<String>?)
    ) async throws(MusterError) {
        try principal.requireSettledPassword()
        let known = try await access.resolve(target, for: principal)
        let (phone, password) = try input()
        try access.rules.delivery.requireSMS(to: phone)
        let right = SecondFactorService.right(target)
        let access = access
        try await CurrentPassword(access, passwords).verifyOwn(
            password,
            of: known,
            isNeeded: true,
            by: principal
        ) { verified throws(MusterError) in
            let order = CodeOrder(
                user: known,
                purpose: .phone(phone),
                routes: [CodeOrder.Route(channel: .sms, recipient: phone.text)]
            )
            try await access.issueCode(order, by: sender) { kept, transaction throws(MusterError) in
                let caller = try access.readmit(principal, in: transaction)
                try caller.requireRight(right)
                let user = try transaction.existing(known)
                try caller.requirePower(over: user)
                try verified?.confirm(in: transaction)
                try transaction.requireRevision(of: caller)
                let refused = access.event(
                    .codeRefused,
                    isFailure: true,
                    actor: AuditParty(caller.actor),
                    origin: caller.origin,
                    on: AuditParty(user)
                )
                let grant = try transaction.order(order, kept, access, refusing: refused)
                guard case .send = grant else { return grant }
                let fields = [AuditField("two_factor", "verification sent")]
                try transaction.appendAuditEvent(
                    access.event(.userUpdate, by: caller, on: AuditParty(user), fields: fields)
                )
                return grant
            }
        }
    }

    /// Takes the answer to ``sendVerification(to:by:_:)``.
    ///
    /// The right code makes the phone the user's and switches codes by SMS on.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `code.invalid`, `store.unavailable`, or what `input` throws.
    public func verify(
        _ target: UserTarget,
        by principal: Principal,
        _ input: () throws(MusterError) -> Secret<String>
    ) async throws(MusterError) {
        let access = access
        let change: AccountChange? = try await access.change(
            of: target,
            by: principal,
            ownNeeding: .permanentPassword,
            input
        ) { caller, user, code, transaction throws(MusterError) in
            var user = user
            try caller.requirePower(over: user)
            guard let waiting = try transaction.verificationCode(of: user.id),
                case .phone(let phone) = waiting.purpose,
                try transaction.spendCode(code, of: user.id, purpose: nil, access)
            else {
                try transaction.recordRefusal(
                    access.event(
                        .codeRefused,
                        isFailure: true,
                        actor: AuditParty(caller.actor),
                        origin: caller.origin,
                        on: AuditParty(user),
                        fields: [AuditField("reason", "wrong code")]
                    ),
                    from: LoginSource(codesOf: user.id),
                    access
                )
                return nil
            }
            let former = user
            let before = user.secondFactor
            user.secondFactor.phone = phone
            user.secondFactor.isPhoneVerified = true
            user.secondFactor.isSMSEnabled = true
            try transaction.updateUser(user, at: access.clock.now())
            try transaction.setFailureCount(0, of: .sent, of: user.id)
            let fields = [AuditField("two_factor", "phone verified")]
            try transaction.appendAuditEvent(
                access.event(
                    .userUpdate,
                    by: caller,
                    on: AuditParty(user),
                    fields: fields + user.secondFactor.auditFields(changedFrom: before)
                )
            )
            return AccountChange(of: former, by: caller, AccountNews.of(user, changedFrom: former))
        }
        guard let change else {
            throw MusterError(
                .codeInvalid,
                "The verification code is wrong, used up or too old. Ask for a new one."
            )
        }
        await notices.tell(change)
    }

    /// Switches codes on and off.
    ///
    /// For one's own account the password is needed: a key or session may have been stolen. Whoever must have a second
    /// factor does not switch off its own last one; an administrator may switch off that of another, who then sets one up
    /// before anything else.
    ///
    /// - Returns: What the caller is to be told beside that it is done, as a sentence; nil if there is nothing.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `password.current_invalid`, `factor.last`, `input.invalid` (a way by which no code can arrive),
    ///   `server.overloaded`, `store.unavailable`, or what `input` throws.
    @discardableResult
    public func configure(
        _ target: UserTarget,
        by principal: Principal,
        _ input: () throws(MusterError) -> SecondFactorSettings
    ) async throws(MusterError) -> String? {
        let right = SecondFactorService.right(target)
        try principal.requireRight(right)
        let read = Result { () throws(MusterError) in try input() }
        let access = access
        guard case .success(let settings) = read, let password = settings.password else {
            let change: CodeSwitch? = try await access.change(
                of: target,
                by: principal,
                ownNeeding: .permanentPassword,
                read.get
            ) { settings, user throws(MusterError) in
                try CurrentPassword.requireNone(of: user, by: principal)
                return settings
            } _: { caller, user, settings, transaction throws(MusterError) in
                try transaction.configure(user, settings, by: caller, access)
            }
            return await tell(change)
        }
        let known = try await access.resolve(target, for: principal)
        let change: CodeSwitch? = try await CurrentPassword(access, passwords).verify(
            password,
            of: known,
            for: .confirmation,
            by: principal
        ) { verified throws(MusterError) in
            try await access.change(by: principal, needing: right) {
                caller,
                transaction throws(MusterError) -> CodeSwitch? in
                try verified.confirm(in: transaction)
                let user = try transaction.existing(known)
                return try transaction.configure(user, settings, by: caller, access)
            }
        }
        return await tell(change)
    }

    /// Tells the user of a change; answers what its maker is to be told.
    private func tell(_ change: CodeSwitch?) async -> String? {
        guard let change else { return nil }
        await notices.tell(change.account)
        return change.leavesNone ? SecondFactorService.noneIsLeft : nil
    }

    /// What is told of a user who must have a second factor, and has none any more.
    static let noneIsLeft =
        "The user must have a second factor and has none any more: until one is set up, a login is good for nothing else."

    private static func right(_ target: UserTarget) -> Principal.Right {
        target.isOneself ? .permanentPassword : .administrator
    }
}

/// What became of switches of codes.
private struct CodeSwitch: Sendable {
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
    fileprivate func configure(
        _ former: User,
        _ settings: SecondFactorSettings,
        by caller: Principal,
        _ access: DirectoryAccess
    ) throws(MusterError) -> CodeSwitch? {
        var user = former
        try caller.requirePower(over: user)
        let before = user.secondFactor
        try user.secondFactor.apply(settings)
        try user.requireReachable(changedFrom: before, by: caller, access.rules.delivery)
        guard user.secondFactor != before else { return nil }
        let leavesNone = try losesRequiredFactor(user, before: before)
        guard !leavesNone || !caller.isOwn(user) || caller.isMachine else { throw .lastFactor }
        try updateUser(user, at: access.clock.now())
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

extension SecondFactor {
    /// Takes settings.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `sms_phone`, for SMS without a phone.
    fileprivate mutating func apply(_ settings: SecondFactorSettings) throws(MusterError) {
        if let phone = settings.phone, phone != self.phone {
            self.phone = phone
            isPhoneVerified = false
        }
        let wantsSMS = settings.isSMSEnabled ?? isSMSEnabled
        guard !wantsSMS || phone != nil else {
            throw .invalid("sms_phone", rule: PhoneNumber.missing)
        }
        isSMSEnabled = wantsSMS
        isEmailEnabled = settings.isEmailEnabled ?? isEmailEnabled
    }

    /// What an audit record says of a change from `before` to this; never the number.
    fileprivate func auditFields(changedFrom before: SecondFactor) -> [AuditField] {
        var fields = [
            AuditField("two_factor.email", "\(isEmailEnabled)"),
            AuditField("two_factor.sms", "\(isSMSEnabled)"),
        ]
        if phone != before.phone {
            fields.append(AuditField("two_factor.phone", before.phone == nil ? "set" : "changed"))
        }
        return fields
    }
}
