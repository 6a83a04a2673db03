/// One question of a RADIUS server on its way: who asks, about what, and where what fails is counted.
struct RadiusStep: Sendable {
    let request: RadiusRequest
    let principal: Principal
    let place: SignInPlace
    /// What the audit log says beside what was shown.
    var fields: [AuditField] { place.fields }
    private let digester: any Digester
    private let widths: SourceNetwork.Widths

    init(_ request: RadiusRequest, _ principal: Principal, _ access: DirectoryAccess) {
        self.request = request
        self.principal = principal
        digester = access.digester
        widths = access.rules.networks
        place = SignInPlace(
            RequestSource(address: request.address, requestID: principal.origin.requestID),
            LoginSource(
                radius: request.client,
                place: request.place(access.rules.networks),
                askedBy: principal.payer,
                access.digester
            ),
            askedBy: principal,
            fields: request.fields(principal)
        )
    }

    /// The password as it is checked everywhere.
    func attempt(_ password: Secret<String>) -> PasswordAttempt {
        PasswordAttempt(
            account: .name(request.username),
            password: password,
            origin: place.origin,
            source: place.source,
            purpose: .signIn(.radius),
            asker: principal,
            // Addresses are the caller's word.
            lane: .caller(principal.payer),
            fields: fields,
            failure: MusterError(.loginFailed, "Login Failed")
        )
    }

    /// The question as it is counted, and slowed where there are too many.
    func question(isFamiliar: Bool) -> QuestionThrottle.Question {
        QuestionThrottle.Question(
            name: NameHash(request.username),
            address: request.address,
            caller: principal.payer,
            isFamiliar: isFamiliar,
            station: place.source
        )
    }

    /// The digest of a handle that counts for this client and place alone, and at no other way in.
    func digest(of handle: Secret<String>) -> Digest {
        let place = request.place(widths)
        return handle.withExposedValue { handle in
            digester.digest("radius \(handle) \(request.client)\0\(place)".utf8)
        }
    }
}

extension DirectoryTransaction {
    /// Keeps that a password was right and a code is waited for.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func beginCeremony(
        of user: User,
        _ secrets: CeremonySecrets,
        _ step: RadiusStep,
        _ access: DirectoryAccess
    ) throws(MusterError) {
        let now = access.clock.now()
        let code = AuditField("second_factor", "code required")
        try recordRadius(user, step, access, code)
        try begin(
            Ceremony(
                digest: step.digest(of: secrets.handle),
                user: user.id,
                purpose: .login(passwordChangedAt: try password(of: user.id)?.changedAt ?? now),
                challenge: secrets.challenge,
                source: access.digester.digest(of: step.place.source),
                issuedAt: now
            ),
            access
        )
    }

    /// Records that a password was right.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func recordRadius(
        _ user: User,
        _ step: RadiusStep,
        _ access: DirectoryAccess,
        _ more: AuditField? = nil
    ) throws(MusterError) {
        let event = access.event(
            .authenticatePassword,
            actor: step.place.asker,
            origin: step.place.origin,
            on: AuditParty(user),
            fields: [more].compactMap(\.self) + step.fields
        )
        try recordSignIn([event], of: user, from: step.place.source, access)
    }

    /// Records that a code came under a state that is nobody's, or not this user's, at this client and place.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func recordUnknownState(_ step: RadiusStep, _ access: DirectoryAccess) throws(MusterError) {
        let event = access.event(
            .authenticateCode,
            isFailure: true,
            actor: step.place.asker,
            origin: step.place.origin,
            on: nil,
            fields: [AuditField("reason", "unknown state")] + step.fields
        )
        try recordRefusal(event, from: step.place.source, access)
    }
}

extension DirectoryReader {
    /// What a state stands for, with its user, if it is open to the name that is asked about; nil otherwise.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func open(
        _ digest: Digest,
        _ step: RadiusStep,
        _ access: DirectoryAccess
    ) throws(MusterError) -> (Ceremony, User)? {
        guard let ceremony = try ceremony(digest),
            ceremony.isOpenToHandles(at: access.clock.now()),
            let user = try user(.id(ceremony.user)),
            user.matches(.username(step.request.username))
        else { return nil }
        return (ceremony, user)
    }

    /// The names of the groups that a user is in.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func groupNames(of user: User) throws(MusterError) -> [String] {
        user.groups.isEmpty ? [] : try groups(user.groups).map(\.name)
    }
}
