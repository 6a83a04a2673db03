extension DirectoryTransaction {
    /// Begins a session, as a login does in its last step.
    ///
    /// Where the user has as many sessions as users have, the oldest ends.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func beginSession(
        _ token: SessionToken,
        of user: User,
        by methods: Set<AuthenticationMethod>,
        at place: SignInPlace,
        _ access: DirectoryAccess
    ) throws(MusterError) {
        let (now, origin) = (access.clock.now(), place.origin)
        let replaced = try endOldestSessions(
            of: user.id,
            keeping: SessionLimits.perUser - 1,
            because: .replaced,
            at: now
        )
        try insertSession(
            Session(
                digest: token.digest,
                user: user.id,
                createdAt: now,
                lastSeenAt: now,
                address: origin.address,
                methods: methods,
                program: place.program
            )
        )
        let party = AuditParty(user)
        var actions: [AuditAction] = [.sessionCreate]
        if methods.contains(.password) { actions.insert(.authenticatePassword, at: 0) }
        var events = actions.map { action in
            access.event(action, actor: party, origin: origin, on: party)
        }
        for digest in replaced {
            let fields = [
                AuditField("session", SessionID(digest).text),
                AuditField("reason", SessionEnd.replaced.rawValue),
            ]
            events.append(
                access.event(
                    .sessionDelete,
                    actor: party,
                    origin: origin,
                    on: party,
                    fields: fields
                )
            )
        }
        try recordSignIn(events, of: user, from: place.source, access)
    }

    /// Begins a session for whoever has shown the password and, where it has one, a second factor.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func beginSession(
        _ token: SessionToken,
        of user: User,
        after taken: TakenFactor?,
        at place: SignInPlace,
        _ access: DirectoryAccess
    ) throws(MusterError) -> IssuedSession {
        var methods: Set<AuthenticationMethod> = [.password]
        if let taken { methods.formUnion(taken.methods.union([.multipleFactors])) }
        try beginSession(token, of: user, by: methods, at: place, access)
        return IssuedSession(
            token: token.text,
            digest: token.digest,
            user: user,
            recoveryCodesLeft: taken?.recoveryCodesLeft
        )
    }

    /// Keeps that somebody may go on with a factor, and tells by which.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func beginCeremony(
        _ purpose: Ceremony.Purpose,
        of user: User,
        from source: LoginSource? = nil,
        _ secrets: CeremonySecrets,
        _ access: DirectoryAccess
    ) throws(MusterError) -> LoginChallenge {
        try begin(
            Ceremony(
                digest: access.digester.digest(of: secrets.handle),
                user: user.id,
                purpose: purpose,
                challenge: secrets.challenge,
                source: source.map { access.digester.digest(of: $0) },
                issuedAt: access.clock.now()
            ),
            access
        )
        let kinds = try factorKinds(of: user, access.rules.delivery)
        return LoginChallenge(factors: kinds, handle: secrets.handle)
    }
}

/// What is drawn for a ceremony before its transaction, which may be made twice.
struct CeremonySecrets: Sendable {
    /// 64 lower-case hexadecimal characters, 256 random bits.
    let handle: Secret<String>
    /// What a passkey has to sign.
    let challenge: [UInt8]

    init(_ random: any RandomSource) {
        handle = Secret(Hex.text(random.bytes(Ceremony.secretBytes)))
        challenge = random.bytes(Ceremony.secretBytes)
    }
}
