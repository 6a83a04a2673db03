import TextBytes

/// One change of a user, with the rules that hold at the moment when it is made.
struct UserEdit: Sendable {
    let access: DirectoryAccess
    /// The caller as it is when the change is made.
    let principal: Principal
    let changes: UserChanges
    let hash: PasswordHash?
    /// Whether the caller has given its own password, or need not.
    var isConfirmed = false
    /// How it can show otherwise that it is itself.
    var proof = OwnProof.login
    /// Whether a new password has to be changed at the next login.
    var isTemporary = false
    /// What is known of the person from now on; nil if that stays.
    var person: Person?
    /// What was known of it before.
    var formerPerson: Person?
    /// Whether it is said of the user's groups as well; whoever changes many users at once says it once of each group.
    var touchesGroups = true

    /// A change that was made: the user as it then is, and what is told of it when it is committed.
    struct Outcome: Sendable {
        let user: User
        let change: AccountChange

        /// The same with how many factors the user has, if that is asked for.
        func counting(
            _ counts: Bool,
            in reader: any DirectoryReader
        ) throws(MusterError) -> Outcome {
            guard counts else { return self }
            var user = user
            user.factors = try reader.factorCounts(of: user.id)
            return Outcome(user: user, change: change)
        }
    }

    /// Makes the change of a user, who was read in the same transaction.
    ///
    /// Where it throws, nothing was written.
    func make(
        on before: User,
        more: [AuditField] = [],
        in transaction: any DirectoryTransaction
    ) throws(MusterError) -> Outcome {
        let id = before.id
        let after = before.applying(changes)
        var news = AccountNews.of(after, changedFrom: before)
        guard after != before || hash != nil || person != nil else {
            return Outcome(user: before, change: AccountChange(of: before, by: principal, news))
        }
        try check(before, after, in: transaction)
        let now = access.clock.now()
        var fields = after.auditFields(changedFrom: before)
        try transaction.rewrite(after, at: now)
        if touchesGroups, before.isShownOtherwise(as: after, at: now) {
            try transaction.touchGroups(of: before, at: now)
        }
        if let person {
            try transaction.replacePerson(of: id, with: person)
            fields += Person.auditFields(person, changedFrom: formerPerson)
        }
        // A code that waits went to the former address.
        if !after.displayEmail.hasSameBytes(as: before.displayEmail) {
            try transaction.endLoginCode(of: id)
        }
        if let hash {
            try transaction.setPassword(
                hash,
                isTemporary: isTemporary,
                of: after,
                by: principal,
                at: now,
                access
            )
            fields.append(AuditField("password", isTemporary ? "temporary" : "changed"))
            news.append(.passwordChanged(isTemporary: isTemporary))
        }
        news += AccountNews.ofEntry(after, changedFrom: before)
        if changesMachineAccount { news.append(.machineAccountChanged) }
        switch after.refusal(by: .session, at: now) {
        case nil where !before.isExpired(at: now): break
        case nil, .expired:
            // Also those that the sweep has not come to yet: none of them opens again with the account.
            try transaction.endAllOpened(byPasswordOf: id, because: .accountExpired, at: now)
        default:
            try transaction.endAllOpened(byPasswordOf: id, because: .disabled, at: now)
        }
        try transaction.appendAuditEvent(
            access.event(
                .userUpdate,
                by: principal,
                on: AuditParty(before),
                fields: fields + more
            )
        )
        return Outcome(
            user: try transaction.existing(.id(id)),
            change: AccountChange(of: before, by: principal, news)
        )
    }

    /// Refuses a change that the caller may not make.
    func check(
        _ before: User,
        _ after: User,
        in transaction: any DirectoryReader
    ) throws(MusterError) {
        if isSensitive(before, after) {
            try principal.requirePower(over: before)
            guard isConfirmed || principal.isMachine || !principal.isOwn(before) else {
                throw CurrentPassword.refusal
            }
        }
        // Where codes go is a factor: whoever turns them elsewhere has them.
        if before.secondFactor.isEmailEnabled,
            !after.displayEmail.hasSameBytes(as: before.displayEmail)
        {
            try transaction.requirePower(of: principal, overFactorOf: before)
        }
        guard
            !after.secondFactor.isEmailEnabled
                || access.rules.delivery.canMail(to: after.displayEmail)
                || !access.rules.delivery.canMail(to: before.displayEmail)
        else {
            throw .invalid(
                "email",
                rule:
                    "is where the user's codes go; switch codes by e-mail off before it is taken away"
            )
        }
        if isDrastic(before, after) { try principal.requirePower(over: before) }
        if changesMachineAccount {
            // Whoever says where somebody's files are has that one's keys for SSH read there, and its programs begun.
            try principal.requirePower(over: before)
            try transaction.requireProof(of: principal, toLetIn: before, access)
        }
        if after.authorizations != before.authorizations {
            try principal.requireOther(than: before)
        }
        if after.isEnabled != before.isEnabled, principal.isOwn(before), !principal.isMachine {
            throw MusterError(.ownAccount, "You cannot enable or disable your own account.")
        }
        if after.expiresAt != before.expiresAt { try requireTime(before, after) }
        if after.hosts != before.hosts { try requireWayBack(before, after) }
        try principal.requireRank(over: before)
        if after.role != before.role { try principal.requireRank(toGive: after.role) }
        try principal.requireHolding(after.masks, beyond: before.masks)
        try principal.requireHolding(before.masks, toLeave: after.masks, to: before)
        try requireProof(before, after, in: transaction)
        if hash != nil, !isConfirmed {
            try transaction.requireProof(of: principal, toLetIn: before, access)
        }
        try transaction.requireAdministrators(besides: before, become: after)
    }

    /// Refuses an expiry that would shut the caller out at once, as disabling itself would.
    ///
    /// A later one it can still take back, and whoever administers users could make itself another account anyway.
    private func requireTime(_ before: User, _ after: User) throws(MusterError) {
        guard principal.isOwn(before), !principal.isMachine,
            after.isExpired(at: access.clock.now())
        else { return }
        throw MusterError(
            .ownAccount,
            "Your own account cannot expire at once. Name a later moment, or let another administrator do it."
        )
        .at("expires_at", "must lie ahead, because the account is your own")
    }

    /// Refuses hosts by which the caller could not come from where it is any more: it would be told so at its next
    /// call, and could then not mend them.
    private func requireWayBack(_ before: User, _ after: User) throws(MusterError) {
        guard principal.isOwn(before), !principal.isMachine,
            !after.isAllowed(at: principal.origin.address)
        else { return }
        let place = principal.origin.address.map { "\($0)" } ?? "no address"
        throw MusterError(
            .ownAccount,
            "These hosts would shut you out yourself: you come from \(place). Name that place, too, or let "
                + "another administrator do it."
        )
        .at("hosts", "must allow \(place), where you come from")
    }

    /// Whether the change gives the user's name away, or decides whether, from where or how long it may come in.
    ///
    /// It can end sessions, and let in who could not.
    private func isDrastic(_ before: User, _ after: User) -> Bool {
        after.username != before.username || after.isEnabled != before.isEnabled
            || after.authorizations != before.authorizations || after.role != before.role
            || after.hosts != before.hosts || after.inactivityTimeout != before.inactivityTimeout
            || after.expiresAt != before.expiresAt
    }

    /// Whether machines that ask over LDAP are told something else of the account.
    private var changesMachineAccount: Bool {
        person?.isOtherOnMachines(than: formerPerson) ?? false
    }

    /// Whether the change lets somebody take the user's place: a new password, or another address to which its codes go.
    ///
    /// So do notices of what is done to it. Who has no address of its own has its login name.
    private func isSensitive(_ before: User, _ after: User) -> Bool {
        hash != nil || !after.email.hasSameBytes(as: before.email)
            || !after.displayEmail.hasSameBytes(as: before.displayEmail)
    }
}
