/// What somebody presents to prove who it is.
public enum Credentials: Sendable {
    /// A pair of API keys.
    case apiKeys(accessKey: String, secretKey: Secret<String>)
    /// The token of a session.
    case session(token: Secret<String>)
    /// The token of a session of the console.
    case consoleSession(token: Secret<String>)
}

/// Turns credentials into a principal.
///
/// Every dialect comes in here, so that every way in obeys the same rules: enabled, expiry,
/// authorizations, hosts and inactivity.
public struct Authenticator: Sendable {
    private let access: DirectoryAccess
    private let impersonations: ImpersonationLog
    private let localAdminToken: LocalAdminToken?

    init(
        _ access: DirectoryAccess,
        impersonations: ImpersonationLog,
        localAdminToken: LocalAdminToken? = nil
    ) {
        self.access = access
        self.impersonations = impersonations
        self.localAdminToken = localAdminToken
    }

    /// Finds out who presents these credentials, and notes that it was seen.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid`, the one answer to keys or tokens that are
    ///   unknown or wrong and to users who are disabled, elsewhere or shut out; `session.expired`;
    ///   `store.unavailable`.
    public func authenticate(
        _ credentials: Credentials,
        from origin: RequestSource,
        by permissionModel: Principal.PermissionModel = .role,
        under policy: DialectPolicy = DialectPolicy()
    ) async throws(MusterError) -> Principal {
        try await access.store.read(.bounded) { [self] reader throws(MusterError) in
            try authenticate(
                credentials,
                from: origin,
                by: permissionModel,
                under: policy,
                in: reader
            )
        }
    }

    /// Finds out who presents these credentials at the moment that a reader sees, and notes that it was seen.
    ///
    /// - Throws: as ``authenticate(_:from:by:under:)``.
    public func authenticate(
        _ credentials: Credentials,
        from origin: RequestSource,
        by permissionModel: Principal.PermissionModel,
        under policy: DialectPolicy,
        in reader: any DirectoryReader
    ) throws(MusterError) -> Principal {
        try authenticate(
            method(of: credentials),
            from: origin,
            by: permissionModel,
            under: policy,
            in: reader
        )
    }

    /// Finds out who presents what ``method(of:)`` has made of credentials, and notes that it was seen.
    ///
    /// - Throws: as ``authenticate(_:from:by:under:)``.
    public func authenticate(
        _ method: Principal.Method,
        from origin: RequestSource,
        by permissionModel: Principal.PermissionModel,
        under policy: DialectPolicy,
        in reader: any DirectoryReader
    ) throws(MusterError) -> Principal {
        let holder = try access.holder(
            of: method,
            from: origin.address,
            isArriving: true,
            in: reader
        )
        return Principal(
            user: holder.user,
            method: method,
            origin: origin,
            permissionModel: permissionModel,
            policy: policy,
            mustChangePassword: holder.mustChangePassword,
            mustEnrolFactor: holder.mustEnrolFactor
        )
    }

    /// What was presented, as it is compared with what is kept; of the same credentials it is always the same, and says nothing of
    /// whether they are good.
    public func method(of credentials: Credentials) -> Principal.Method {
        switch credentials {
        case .apiKeys(let accessKey, let secretKey):
            return .apiKey(accessKey, access.digester.digest(of: secretKey))
        case .session(let token):
            let digest = access.digester.digest(of: token)
            return localAdminToken?.opens(to: digest) == true ? .local : .session(digest)
        case .consoleSession(let token):
            return .session(access.digester.digest(of: token, as: .console))
        }
    }

    /// Lets an administrator act in another user's name.
    ///
    /// The audit log keeps both. Requests that come while the first one's record is written have records of their own.
    ///
    /// Whoever acts as somebody who administers users, in a session, which may have been stolen, has proved lately who it is
    /// when it begins, where it has a second factor; callers with API keys need not.
    ///
    /// - Parameters:
    ///   - username: The login name.
    ///   - principal: Who calls.
    ///   - isProved: Whether it has proved who it is for this already.
    /// - Returns: The caller in the other's name.
    /// - Throws: ``MusterError`` with code `access.impersonation_refused`, the one answer to callers who are
    ///   no administrators and to users who are unknown or disabled or have expired; `factor.confirmation_required`;
    ///   `store.unavailable`.
    public func impersonate(
        _ username: String,
        by principal: Principal,
        isProved: Bool = false
    ) async throws(MusterError) -> Principal {
        let target = try await access.store.read(.bounded) { reader throws(MusterError) in
            try reader.user(.username(username))
        }
        guard let target else { throw MusterError.impersonationIsRefused }
        let now = access.clock.now()
        let impersonating = try principal.impersonating(target, at: now)
        if impersonations.goesOn(impersonating, by: principal.user, at: now) {
            return impersonating
        }
        // The end of one stands in the log before the next one's beginning, which takes its place.
        try await impersonations.settle(access)
        let access = access
        let begun = try await access.change(by: principal, needing: .role(.administrator)) {
            caller,
            transaction throws(MusterError) in
            guard let present = try transaction.user(.id(target.id)) else {
                throw MusterError.impersonationIsRefused
            }
            if !isProved { try transaction.requireProof(of: caller, toLetIn: present, access) }
            try transaction.appendAuditEvent(
                access.event(.impersonationStart, by: caller, on: AuditParty(present))
            )
            return try caller.impersonating(present, at: access.clock.now())
        }
        impersonations.begin(begun, by: principal.user, at: now)
        return begun
    }
}
