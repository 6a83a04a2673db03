/// What becomes of a user with a second factor who binds over LDAP, if there is no place for one.
public enum BindSecondFactor: String, CaseIterable, Sendable {
    /// It does not come in.
    case refuse
    /// The password is enough.
    case ignore
}

/// Lets clients of LDAP say who they are (RFC 4513 section 5.1.3).
///
/// What comes of it is a principal that lives as long as the connection, and is judged again for all that it asks.
public struct BindService: Sendable {
    /// What callers are held to: as in the other interfaces of the house, a login name needs no domain.
    private static let policy = DialectPolicy(
        requiresApprovedDomain: false,
        viewers: .readersAndOneself,
        auditName: "ldap"
    )

    private let access: DirectoryAccess
    private let passwords: PasswordChecks
    private let authenticator: Authenticator
    private let signIns: SignInTally

    init(
        _ access: DirectoryAccess,
        passwords: PasswordChecks,
        authenticator: Authenticator,
        signIns: SignInTally
    ) {
        self.access = access
        self.passwords = passwords
        self.authenticator = authenticator
        self.signIns = signIns
    }

    /// Checks a name and what is shown for it: the password, or the user's API keys as `accessKey:secretKey`.
    ///
    /// Keys cost no hash, which is for services that bind for each of their requests. Every refusal is the same answer; for
    /// a password after the same work. The audit log knows the reason.
    ///
    /// - Parameters:
    ///   - request: The name and the password.
    ///   - address: Where the client is; nil if that is unknown.
    ///   - place: Where the person is, by somebody's word, for the user's hosts; nil if nobody has said so. Whoever may not read
    ///     users is not heard.
    ///   - requestID: The number of the operation, 32 hexadecimal digits.
    ///   - takesTemporary: Whether a password that has to be changed lets its user in, to change it and for nothing else.
    /// - Returns: Who it is.
    /// - Throws: ``MusterError`` with code `credentials.invalid`, `server.overloaded` or `store.unavailable`.
    public func bind(
        _ request: LoginRequest,
        from address: IPAddress?,
        toldBy place: ToldPlace? = nil,
        requestID: String,
        takesTemporary: Bool = false
    ) async throws(MusterError) -> Principal {
        let origin = RequestSource(address: address, requestID: requestID)
        var principal = try await signIns.note(.directoryBind) { () async throws(MusterError) in
            let place = try await believed(place)
            return try await bind(request, from: origin, at: place, takesTemporary)
        }
        principal.connection = BoundConnection(at: access.clock.now())
        return principal
    }

    /// What is told of where the person is, if whoever tells it may read users at this moment; nil otherwise.
    private func believed(_ place: ToldPlace?) async throws(MusterError) -> ToldPlace? {
        guard let place else { return nil }
        do throws(MusterError) {
            let isReader = try await access.look(by: place.teller) { caller, _ in
                (try? caller.requireReader()) != nil
            }
            return isReader ? place : nil
        } catch {
            // Where it cannot be asked, nobody is let in by the address of the application itself.
            guard error.code != .storeUnavailable, error.code != .overloaded else { throw error }
            return nil
        }
    }

    private func bind(
        _ request: LoginRequest,
        from origin: RequestSource,
        at place: ToldPlace?,
        _ takesTemporary: Bool
    ) async throws(MusterError) -> Principal {
        if let keys = BindService.keys(in: request.password) {
            // Nobody guesses those, so that nothing is counted where they come from.
            return try await bind(request.username, with: keys, from: origin.told(place))
        }
        let attempt = PasswordAttempt(
            account: .name(request.username),
            password: request.password,
            origin: origin,
            source: LoginSource(of: origin.peer, access.rules.networks),
            purpose: .signIn(.directoryBind),
            fields: [AuditField("via", "ldap")] + (place?.fields ?? []),
            takesTemporary: takesTemporary,
            toldAddress: place?.address
        )
        let principal = try await PasswordVerifier(access, passwords).verify(attempt) {
            verified throws(MusterError) in
            try await confirm(verified, attempt, at: place)
        }
        guard let principal else { throw .invalidCredentials }
        return principal
    }

    /// API keys in the place of a password; nil if it is none.
    private static func keys(in password: Secret<String>) -> Credentials? {
        password.withExposedValue { text in
            let halves = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1)
                .map { String(Substring($0)) }
            guard halves.count == 2,
                halves.allSatisfy({ Hex.isHex($0, count: APIKeyPair.textLength) })
            else { return nil }
            return .apiKeys(accessKey: halves[0], secretKey: Secret(halves[1]))
        }
    }

    private func bind(
        _ username: String,
        with keys: Credentials,
        from origin: RequestSource
    ) async throws(MusterError) -> Principal {
        let principal = try await authenticator.authenticate(
            keys,
            from: origin,
            by: .masks,
            under: BindService.policy
        )
        // Keys of somebody else are keys of nobody here.
        guard principal.user.matches(.username(username)) else { throw .invalidCredentials }
        return principal
    }

    /// Who has bound, if the password still opens this way in; nil if it does not.
    private func confirm(
        _ verified: VerifiedPassword,
        _ attempt: PasswordAttempt,
        at place: ToldPlace?
    ) async throws(MusterError) -> Principal? {
        let access = access
        return try await access.store.write { transaction throws(MusterError) in
            let reason: String
            switch try verified.judge(in: transaction) {
            case .refused(let refusal): reason = refusal.rawValue
            case .good(let signIn):
                if access.isBarredFromBinding(
                    signIn.user,
                    hasSecondFactor: signIn.hasSecondFactor
                ) {
                    reason = "second factor missing"
                    break
                }
                try verified.noteSignIn(signIn, in: transaction)
                let event = access.event(
                    .authenticatePassword,
                    actor: nil,
                    origin: attempt.origin,
                    on: AuditParty(signIn.user),
                    fields: attempt.fields
                )
                try transaction.recordSignIn(
                    [event],
                    of: signIn.user,
                    from: attempt.source,
                    access
                )
                return Principal(
                    user: signIn.user,
                    method: .bind(signIn.user.id, passwordSetAt: verified.setAt),
                    origin: attempt.origin.told(place),
                    permissionModel: .masks,
                    policy: BindService.policy,
                    mustChangePassword: signIn.mustChangePassword
                )
            }
            try transaction.recordLateRefusal(reason, attempt, verified, access)
            return nil
        }
    }
}
