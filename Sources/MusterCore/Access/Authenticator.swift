/// What somebody presents to prove who it is.
public enum Credentials: Sendable {
    /// A pair of API keys.
    case apiKeys(accessKey: String, secretKey: Secret<String>)
    /// The token of a session.
    case session(token: Secret<String>)
}

/// Turns credentials into a principal.
///
/// Every dialect comes in here, so that every door obeys the same rules: enabled, authorizations,
/// hosts and inactivity.
public struct Authenticator: Sendable {
    private let directory: Directory
    private let localDoor: LocalDoor?

    /// Works on a directory.
    ///
    /// - Parameters:
    ///   - directory: Whose credentials are checked.
    ///   - localDoor: The door of commands on the data folder; nil, unless one of those asks.
    public init(_ directory: Directory, localDoor: LocalDoor? = nil) {
        self.directory = directory
        self.localDoor = localDoor
    }

    /// Finds out who presents these credentials, and notes that it was seen.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid`, the one answer to keys or tokens that are
    ///   unknown or wrong and to users who are disabled, elsewhere or shut out; `session.expired`;
    ///   `store.unavailable`.
    public func authenticate(
        _ credentials: Credentials,
        from origin: Origin,
        by authority: Principal.Authority = .role
    ) throws(MusterError) -> Principal {
        try directory.store.read { reader throws(MusterError) in
            try authenticate(credentials, from: origin, by: authority, in: reader)
        }
    }

    /// Finds out who presents these credentials at the moment that a reader sees, and notes that it was seen.
    ///
    /// - Throws: as ``authenticate(_:from:by:)``.
    public func authenticate(
        _ credentials: Credentials,
        from origin: Origin,
        by authority: Principal.Authority,
        in reader: any DirectoryReader
    ) throws(MusterError) -> Principal {
        switch credentials {
        case .apiKeys(let accessKey, let secretKey):
            try authenticate(accessKey, secretKey, origin, authority, reader)
        case .session(let token):
            try authenticate(token, origin, authority, reader)
        }
    }

    private func authenticate(
        _ accessKey: String,
        _ secretKey: Secret<String>,
        _ origin: Origin,
        _ authority: Principal.Authority,
        _ reader: any DirectoryReader
    ) throws(MusterError) -> Principal {
        let secretDigest = directory.digester.digest(of: secretKey)
        guard let (owner, key) = try reader.apiKey(accessKey),
            key.secretDigest.matches(secretDigest),
            owner.isEnabled, owner.authorizations.api, owner.hosts.allow(origin.address)
        else { throw .invalidCredentials }
        let now = directory.clock.now()
        if owner.inactivityTimeout > .zero {
            let uses = [
                key.createdAt, directory.activity.lastKeyUse(of: owner), owner.logins.lastSuccess,
            ]
            let lastSeen = uses.compactMap(\.self).max() ?? key.createdAt
            guard now.since(lastSeen) <= owner.inactivityTimeout else { throw .invalidCredentials }
        }
        directory.activity.noteKeyUse(of: owner.id, at: now)
        return Principal(user: owner, door: .apiKey, origin: origin, authority: authority)
    }

    private func authenticate(
        _ token: Secret<String>,
        _ origin: Origin,
        _ authority: Principal.Authority,
        _ reader: any DirectoryReader
    ) throws(MusterError) -> Principal {
        let digest = directory.digester.digest(of: token)
        if let localDoor, localDoor.opens(to: digest) {
            return try localDoor.principal(of: directory, from: origin, by: authority)
        }
        guard let session = try reader.session(digest),
            let user = try reader.user(.id(session.user))
        else {
            if let end = try reader.sessionEnd(digest) { throw .sessionIsOver(end) }
            throw .invalidCredentials
        }
        guard user.isEnabled, user.authorizations.password, user.hosts.allow(origin.address)
        else { throw .invalidCredentials }
        let isTemporary = try reader.password(of: user.id)?.isTemporary ?? false
        let now = directory.clock.now()
        let idle = now.since(directory.activity.lastUse(of: session))
        guard user.inactivityTimeout == .zero || idle <= user.inactivityTimeout else {
            throw .sessionIsOver(.idleTimeout)
        }
        guard now.since(session.createdAt) <= directory.rules.sessionLifetime else {
            throw .sessionIsOver(.lifetime)
        }
        directory.activity.noteSessionUse(digest, at: now)
        return Principal(
            user: user,
            door: .session(digest),
            origin: origin,
            authority: authority,
            mustChangePassword: isTemporary
        )
    }

    /// Lets an administrator act in another user's name.
    ///
    /// The audit log keeps both.
    ///
    /// - Throws: ``MusterError`` with code `access.impersonation_refused`, the one answer to callers who are
    ///   no administrators and to users who are unknown or disabled; `store.unavailable`.
    public func impersonate(
        _ username: String,
        by principal: Principal
    ) async throws(MusterError) -> Principal {
        let refusal = MusterError(.impersonationRefused, "Forbidden")
        guard principal.role == .administrator, !principal.mustChangePassword else {
            throw refusal
        }
        let target = try directory.store.read { reader throws(MusterError) in
            try reader.user(.username(username))
        }
        guard let target, target.isEnabled else { throw refusal }
        let impersonating = Principal(
            user: target,
            impersonator: principal.user,
            door: principal.door,
            origin: principal.origin,
            authority: principal.authority
        )
        let now = directory.clock.now()
        if directory.impersonations.note(impersonating, by: principal.user, at: now) {
            let event = directory.event(
                .impersonationStart,
                by: principal,
                on: AuditParty(target)
            )
            do {
                try await directory.store.write { transaction throws(MusterError) in
                    try transaction.appendAuditEvent(event)
                }
            } catch {
                directory.impersonations.forget(impersonating, by: principal.user)
                throw error
            }
        }
        return impersonating
    }
}
