extension LoginService {
    /// What a passkey has to sign to finish a login or a confirmation.
    ///
    /// - Throws: ``MusterError`` with code `login.expired`, `factor.passkeys_unavailable` or `store.unavailable`.
    public func passkeyRequest(
        for handle: Secret<String>,
        from origin: RequestSource
    ) async throws(MusterError) -> PasskeyRequest {
        let site = try access.requireSite()
        let digest = access.digester.digest(of: handle)
        let (ceremony, _, factors) = try await open(digest, at: SignInPlace(origin, access))
        let ids = factors.compactMap { factor -> [UInt8]? in
            guard case .passkey(let passkey) = factor.proof else { return nil }
            return passkey.credentialID
        }
        return PasskeyRequest(
            handle: nil,
            challenge: ceremony.challenge,
            site: site,
            credentialIDs: ids
        )
    }

    /// Begins a login with a passkey alone; no name is asked for, and none is told.
    ///
    /// - Throws: ``MusterError`` with code `factor.passkeys_unavailable`.
    public func beginWithPasskey() throws(MusterError) -> PasskeyRequest {
        let site = try access.requireSite()
        let (handle, challenge) = PasskeyHandle(access).begin()
        return PasskeyRequest(handle: handle, challenge: challenge, site: site, credentialIDs: [])
    }

    /// Sends a code for a login whose password was right.
    ///
    /// - Throws: ``MusterError`` with code `login.expired`, `input.invalid` (not a way that the user has set up),
    ///   `request.rate_limited`, `server.overloaded` or `store.unavailable`.
    public func sendCode(
        for handle: Secret<String>,
        by channel: CodeMessage.Channel,
        from origin: RequestSource
    ) async throws(MusterError) {
        let (access, place) = (access, SignInPlace(origin, access))
        let digest = access.digester.digest(of: handle)
        let (_, user, _) = try await open(digest, at: place)
        try access.rules.delivery.requireWay(channel, to: user)
        try await LoginCode(access, sender: sender).send(to: user, at: place, by: channel) {
            present,
            reader throws(MusterError) in
            guard try reader.opened(digest, at: place, access)?.user.id == present.id else {
                throw LoginService.expired
            }
            try access.rules.delivery.requireWay(channel, to: present)
        }
    }

    /// The ceremony under a digest, as long as it is open and its user could end it from there.
    ///
    /// Nothing is sent to, and told of, anybody else: who was locked, shut out or given another password meanwhile.
    private func open(
        _ digest: Digest,
        at place: SignInPlace
    ) async throws(MusterError) -> OpenedCeremony {
        let access = access
        let found = try await access.store.read(.bounded) {
            reader throws(MusterError) in
            try reader.opened(digest, at: place, access)
        }
        guard let found else { throw LoginService.expired }
        return found
    }
}

/// A ceremony that can still be finished, with its user and the user's factors.
private typealias OpenedCeremony = (ceremony: Ceremony, user: User, factors: [Factor])

extension DirectoryReader {
    /// The ceremony under a digest; nil if it is over, or its user could not end it from there.
    fileprivate func opened(
        _ digest: Digest,
        at place: SignInPlace,
        _ access: DirectoryAccess
    ) throws(MusterError) -> OpenedCeremony? {
        guard let ceremony = try ceremony(digest),
            ceremony.isOpenToHandles(at: access.clock.now()),
            let user = try user(.id(ceremony.user)),
            try refusal(of: user, to: ceremony, at: place, access) == nil
        else { return nil }
        return (ceremony, user, try factors(of: user.id))
    }
}

extension DeliveryRules {
    /// Refuses a way by which a user's codes do not go.
    fileprivate func requireWay(
        _ channel: CodeMessage.Channel,
        to user: User
    ) throws(MusterError) {
        guard sends(by: channel, to: user) else {
            throw .invalid(
                "channel",
                rule: "must be one of the login's \"factors\", not \"\(channel.rawValue)\""
            )
        }
    }
}
