/// Where somebody signs in, and where its failures count.
struct SignInPlace: Sendable {
    let origin: RequestSource
    let source: LoginSource
    /// Who asks for somebody else, whom the audit log names; nil for whoever signs in.
    let asker: AuditParty?
    /// What the audit log says beside what was shown.
    let fields: [AuditField]
    /// With which program; nil if that is not known.
    var program: ProgramName?

    init(
        _ origin: RequestSource,
        _ source: LoginSource,
        askedBy asker: Principal? = nil,
        fields: [AuditField] = []
    ) {
        (self.origin, self.source, self.fields) = (origin, source, fields)
        self.asker = asker.map { AuditParty($0.actor) }
    }

    init(_ attempt: PasswordAttempt) {
        self.init(
            attempt.origin,
            attempt.source,
            askedBy: attempt.asker,
            fields: attempt.fields
        )
        program = attempt.program
    }

    init(_ origin: RequestSource, _ access: DirectoryAccess) {
        self.init(origin, LoginSource(of: origin.peer, access.rules.networks))
    }
}

extension DirectoryTransaction {
    /// Takes a second factor at a login, and records it; a wrong one counts as a failed login.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func takeFactor(
        _ answer: FactorAnswer,
        of user: User,
        challenge: [UInt8]?,
        isAlone: Bool = false,
        at place: SignInPlace,
        _ access: DirectoryAccess,
        _ cryptography: any FactorCryptography
    ) throws(MusterError) -> TakenFactor? {
        let verdict = try judge(
            answer,
            of: user,
            challenge: challenge,
            isAlone: isAlone,
            from: place.source,
            access,
            cryptography
        )
        let party = AuditParty(user)
        switch verdict {
        case .taken(let taken):
            let event = access.event(
                .authenticateCode,
                actor: place.asker ?? party,
                origin: place.origin,
                on: party,
                fields: [AuditField("factor", taken.kind.rawValue)] + place.fields
            )
            try recordSignIn([event], of: user, from: place.source, access)
            if taken.provesPhone { try verifyPhone(of: user, at: place, access) }
            return taken
        case .refused(let reason):
            try countFailure(of: user.id, from: place.source, access)
            try recordRefusal(reason, of: party, place, access)
            return nil
        }
    }

    /// Keeps that a phone is its user's, who has read a code there.
    ///
    /// That changes the user, so it has a record of its own however many logins there are.
    private func verifyPhone(
        of user: User,
        at place: SignInPlace,
        _ access: DirectoryAccess
    ) throws(MusterError) {
        var verified = user
        verified.secondFactor.isPhoneVerified = true
        try rewrite(verified, at: access.clock.now())
        let party = AuditParty(user)
        try appendAuditEvent(
            access.event(
                .userUpdate,
                actor: place.asker ?? party,
                origin: place.origin,
                on: party,
                fields: [AuditField("two_factor", "phone verified")] + place.fields
            )
        )
    }

    /// Notes that a user has come in.
    ///
    /// - Parameters:
    ///   - user: Who, as it is in this change.
    ///   - source: From where.
    ///   - isFamiliar: Whether it has come in from there before.
    ///   - clearsFailures: Whether the count of failed logins begins again.
    ///   - now: When.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func noteSignIn(
        of user: User,
        from source: LoginSource,
        isFamiliar: Bool,
        clearsFailures: Bool,
        at now: Timestamp
    ) throws(MusterError) {
        try noteSuccess(of: user.id, from: source, isFamiliar: isFamiliar, at: now)
        var logins = user.logins
        logins.lastSuccess = now
        if clearsFailures { logins.failureCount = 0 }
        try updateLogins(of: user.id, to: logins)
    }

    /// Notes that a user has come in, of whom it is looked up here whether it has come in from there before.
    ///
    /// - Parameters:
    ///   - user: Who, as it is in this change.
    ///   - source: From where.
    ///   - clearsFailures: Whether the count of failed logins begins again.
    ///   - now: When.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func noteSignIn(
        of user: User,
        from source: LoginSource,
        clearsFailures: Bool,
        at now: Timestamp
    ) throws(MusterError) {
        try noteSignIn(
            of: user,
            from: source,
            isFamiliar: try loginSource(source, of: user.id).isFamiliar,
            clearsFailures: clearsFailures,
            at: now
        )
    }
}
