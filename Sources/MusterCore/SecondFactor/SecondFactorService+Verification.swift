extension SecondFactorService {
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
                try transaction.requirePower(of: caller, overFactorOf: user)
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
            try transaction.requirePower(of: caller, overFactorOf: user)
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
            try transaction.rewrite(user, at: access.clock.now())
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
}
