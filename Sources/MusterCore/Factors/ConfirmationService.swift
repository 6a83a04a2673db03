/// Asks whoever administers others to have proved lately who it is, before what a stolen session must not do; and begins such a
/// proof by a passkey, for oneself and for others, which ``LoginService`` finishes.
public struct ConfirmationService: Sendable {
    private let access: DirectoryAccess
    private let confirmation: OwnConfirmation

    init(_ access: DirectoryAccess, passwords: PasswordChecks) {
        self.access = access
        confirmation = OwnConfirmation(access, passwords: passwords)
    }

    /// Lets an administrator go on that has shown password or factor within ``FactorRules/confirmationTime``, or gives its
    /// password now, which counts for as long.
    ///
    /// A wrong password counts like a failed login. Whoever acts in another's name is refused, since the proof would be one
    /// person's and the change another's. Whether the caller may do what follows is judged there.
    ///
    /// - Parameters:
    ///   - principal: The caller.
    ///   - password: The caller's password, if it was given.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `access.impersonation_refused`,
    ///   `factor.confirmation_required`, `password.current_invalid`, `password.change_required`, `server.overloaded` or
    ///   `store.unavailable`.
    public func require(
        by principal: Principal,
        password: Secret<String>?
    ) async throws(MusterError) {
        try await confirmation.require(by: principal, password)
    }

    /// Whether the caller can prove by a passkey who it is: it has a session of its own and a passkey, and this server has a
    /// name.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid`, `session.expired` or `store.unavailable`.
    public func takesPasskeys(of principal: Principal) async throws(MusterError) -> Bool {
        guard access.rules.site != nil, principal.impersonator == nil,
            principal.sessionDigest != nil
        else { return false }
        return try await access.look(by: principal) { caller, reader throws(MusterError) in
            try !reader.passkeys(of: caller.user).isEmpty
        }
    }

    /// Begins to confirm by a passkey whose session the caller's is.
    ///
    /// - Returns: What a browser needs, and the handle under which it is finished.
    /// - Throws: ``MusterError`` with code `access.impersonation_refused`, `factor.passkeys_unavailable`,
    ///   `factor.not_found` (there is no passkey, or no session), `password.change_required` or `store.unavailable`.
    public func passkeyRequest(
        by principal: Principal
    ) async throws(MusterError) -> PasskeyRequest {
        guard principal.impersonator == nil else { throw MusterError.impersonationIsRefused }
        let (access, site) = (access, try access.requireSite())
        let secrets = CeremonySecrets(access.random)
        return try await access.change(by: principal, needing: .permanentPassword) {
            caller,
            transaction throws(MusterError) in
            let ids = try transaction.passkeys(of: caller.user).map(\.credentialID)
            guard let digest = caller.sessionDigest, !ids.isEmpty else {
                throw MusterError(
                    .factorNotFound,
                    "This account has no passkey. Give your password instead."
                )
            }
            _ = try transaction.beginCeremony(
                .confirmation(digest.bytes),
                of: caller.user,
                secrets,
                access
            )
            return PasskeyRequest(
                handle: secrets.handle,
                challenge: secrets.challenge,
                site: site,
                credentialIDs: ids
            )
        }
    }

    /// Refuses a handle under which something else is finished than a proof in the caller's session.
    ///
    /// - Throws: ``MusterError`` with code `login.expired`, `credentials.invalid`, `session.expired` or `store.unavailable`.
    public func requireBegun(
        _ handle: Secret<String>,
        by principal: Principal
    ) async throws(MusterError) {
        let digest = access.digester.digest(of: handle)
        let isOwn = try await access.look(by: principal) { caller, reader throws(MusterError) in
            guard let session = caller.sessionDigest else { return false }
            return try reader.ceremony(digest)?.purpose == .confirmation(session.bytes)
        }
        guard isOwn else { throw LoginService.expired }
    }
}
