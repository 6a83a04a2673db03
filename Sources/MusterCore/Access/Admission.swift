/// Every way in which somebody comes in.
///
/// Nobody is let in without asking ``User/refusal(by:from:at:)`` under one of these names, and a table in the tests
/// holds every rule against every one of them.
public enum SignInMethod: CaseIterable, Hashable, Sendable {
    /// A pair of API keys.
    case apiKey
    /// The token of a session that was begun with a password.
    case session
    /// A name and a password, to begin a session.
    case password
    /// A name and a password, about which another system asks.
    case credentialCheck
    /// A name and a password, about which this machine's login programs ask.
    case machinePassword
    /// A name and a password, with which a client of LDAP binds; asked again for all that it does then.
    case directoryBind
    /// A name and a password, about which a RADIUS server asks.
    case radius
    /// Something else that this machine's login programs have seen: they ask whether the user may come in at all.
    case machineAccount
    /// A public key, at the machine's own OpenSSH server.
    case sshKey
    /// The word of an administrator, who acts in the user's name.
    case impersonation
    /// A command on the files of a stopped directory.
    case dataFolder
}

/// Why somebody may not come in, in the audit log's words.
public enum Refusal: String, CaseIterable, Sendable {
    /// The user is disabled.
    case disabled
    /// The user's account has expired.
    case expired
    /// The user may not use this method.
    case methodNotPermitted = "password not permitted"
    /// The user's hosts do not allow the place.
    case hostNotAllowed = "host not allowed"
    /// Too many logins have failed from there.
    case locked
    /// What was presented is not the password.
    case wrongPassword = "wrong password"
    /// The password, key or session was replaced or ended while the call was on its way.
    case changedMeanwhile = "changed meanwhile"
    /// The password has to be changed before it is good for anything else.
    case temporaryPassword = "temporary password"
}

extension User {
    /// Why this user may not come in by a method from an address; nil if it may.
    ///
    /// This is the one admission rule. Every way in asks it, and every change asks it again for its caller.
    public func refusal(
        by method: SignInMethod,
        from address: IPAddress?,
        at now: Timestamp
    ) -> Refusal? {
        if let refusal = refusal(by: method, at: now) { return refusal }
        return method.isBoundToHosts && !isAllowed(at: address) ? .hostNotAllowed : nil
    }

    /// Whether this user's hosts allow an address.
    func isAllowed(at address: IPAddress?) -> Bool { hosts.allow(address) }

    /// Whether every way in is shut to this user at a moment, whatever it presents.
    func isShutOut(at now: Timestamp) -> Bool { !isEnabled || isExpired(at: now) }

    /// By which of its fields this user may administer users; empty if it may not.
    public var administratorRights: [AdministratorRight] {
        AdministratorRight.held(by: role, masks)
    }

    /// Why this user may not come in by a method from anywhere; nil if it may come in from its hosts.
    public func refusal(by method: SignInMethod, at now: Timestamp) -> Refusal? {
        refusal(by: method, isExpired: isExpired(at: now))
    }

    /// Why this user may not come in by a method for as long as nothing changes; nil if it may.
    ///
    /// For the question who is left to administer: an account that expires some day leaves nobody then.
    func lastingRefusal(by method: SignInMethod) -> Refusal? {
        refusal(by: method, isExpired: expiresAt != nil)
    }

    private func refusal(by method: SignInMethod, isExpired: Bool) -> Refusal? {
        // Whoever may write to the files could change anything in them.
        guard method != .dataFolder else { return nil }
        guard isEnabled else { return .disabled }
        guard !isExpired else { return .expired }
        let isPermitted =
            switch method {
            case .apiKey: authorizations.api
            case .session, .password, .credentialCheck, .machinePassword, .directoryBind, .radius:
                authorizations.password
            case .machineAccount, .sshKey, .impersonation, .dataFolder: true
            }
        return isPermitted ? nil : .methodNotPermitted
    }
}

extension SignInMethod {
    /// Whether a user's hosts are held against the address here.
    ///
    /// OpenSSH does that itself with the lines it is given. Whoever acts in another's name has come from a place
    /// that its own hosts allow, and the data folder has no address.
    var isBoundToHosts: Bool {
        switch self {
        case .apiKey, .session, .password, .credentialCheck, .machinePassword, .directoryBind,
            .radius, .machineAccount:
            true
        case .sshKey, .impersonation, .dataFolder: false
        }
    }

    /// Whether a password that has to be changed first is refused.
    ///
    /// A session begins with one, to change it; login programs have no place to say so, and let the user in.
    var refusesTemporaryPasswords: Bool {
        switch self {
        case .credentialCheck, .directoryBind, .radius: true
        case .apiKey, .session, .password, .machinePassword, .machineAccount, .sshKey,
            .impersonation, .dataFolder:
            false
        }
    }
}

/// What lets a user administer users, under the name of the field that holds it.
public enum AdministratorRight: String, CaseIterable, Sendable {
    /// The role Administrator, in every dialect.
    case role = "permissions"
    /// The Write on Users, in the ActiveLogic dialect and the native API.
    case masks = "writebm"

    /// Those that come with a role and masks; none for nearly everybody.
    static func held(by role: Role, _ masks: Masks) -> [AdministratorRight] {
        (role == .administrator ? [.role] : []) + (masks.canWrite(.users) ? [.masks] : [])
    }
}

/// Who holds what was presented, and what it has to set right before anything else.
struct Holder: Sendable {
    let user: User
    /// Whether the password that opened the session is temporary.
    var mustChangePassword = false
    /// Whether the session's owner must have a second factor, and has none.
    var mustEnrolFactor = false
}

extension DirectoryAccess {
    /// Finds who holds what was presented, at the moment that a reader sees, and notes that it was used.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid`, `session.expired` or `store.unavailable`.
    func holder(
        of method: Principal.Method,
        from address: IPAddress?,
        isArriving: Bool,
        in reader: any DirectoryReader
    ) throws(MusterError) -> Holder {
        switch method {
        case .apiKey(let accessKey, let digest):
            Holder(user: try keyOwner(accessKey, digest, address, isArriving, reader))
        case .session(let digest):
            try sessionOwner(digest, address, isArriving, reader)
        case .bind(let user, let password):
            try boundUser(user, password, address, reader)
        case .local:
            Holder(user: try owner(from: address, in: reader))
        }
    }

    private func owner(
        from address: IPAddress?,
        in reader: any DirectoryReader
    ) throws(MusterError) -> User {
        let owner = try reader.existing(.id(identity.owner))
        guard owner.refusal(by: .dataFolder, from: address, at: clock.now()) == nil else {
            throw .invalidCredentials
        }
        return owner
    }

    private func boundUser(
        _ id: UserID,
        _ setAt: Timestamp,
        _ address: IPAddress?,
        _ reader: any DirectoryReader
    ) throws(MusterError) -> Holder {
        guard let user = try reader.user(.id(id)),
            user.refusal(by: .directoryBind, from: address, at: clock.now()) == nil,
            // Another password ends what the former one has opened.
            let password = try reader.password(of: id), password.changedAt == setAt
        else { throw .invalidCredentials }
        return Holder(user: user, mustChangePassword: password.isTemporary)
    }

    private func keyOwner(
        _ accessKey: String,
        _ digest: Digest,
        _ address: IPAddress?,
        _ isArriving: Bool,
        _ reader: any DirectoryReader
    ) throws(MusterError) -> User {
        let now = clock.now()
        guard let (owner, key) = try reader.apiKey(accessKey), key.secretDigest.matches(digest),
            owner.refusal(by: .apiKey, from: address, at: now) == nil
        else { throw .invalidCredentials }
        if isArriving, owner.inactivityTimeout > .zero {
            let uses = [key.createdAt, owner.logins.lastSuccess].compactMap(\.self)
            // A stamp from the future tells nothing of when the pair was used.
            let known = (uses + activity.keyUses(of: owner)).filter { !$0.isFuture(at: now) }
            guard let last = known.max(), now.since(last) <= owner.inactivityTimeout else {
                throw .invalidCredentials
            }
        }
        activity.noteKeyUse(of: owner.id, at: now)
        return owner
    }

    private func sessionOwner(
        _ digest: Digest,
        _ address: IPAddress?,
        _ isArriving: Bool,
        _ reader: any DirectoryReader
    ) throws(MusterError) -> Holder {
        guard let holder = try reader.sessionHolder(digest) else {
            if let end = try reader.sessionEnd(digest) { throw .sessionIsOver(end) }
            throw .invalidCredentials
        }
        let (session, user, now) = (holder.session, holder.owner, clock.now())
        if let refusal = user.refusal(by: .session, from: address, at: now) {
            // As it is told once the session was swept.
            throw refusal == .expired
                ? MusterError.sessionIsOver(.accountExpired) : MusterError.invalidCredentials
        }
        let limit = now.advanced(by: .zero - rules.sessionLifetime)
        let timeout = isArriving ? user.inactivityTimeout : .zero
        let end = activity.noteSessionUse(session, at: now) {
            $0.end(at: now, begunBefore: limit, timeout: timeout, expiry: user.expiresAt)
        }
        if let end { throw .sessionIsOver(end) }
        return Holder(
            user: user,
            mustChangePassword: holder.mustChangePassword,
            mustEnrolFactor: try reader.mustEnrol(user)
        )
    }

    /// Admits a caller again, in the middle of its call: as it is now, with the rights that it has now.
    ///
    /// A call can take long: its body arrives slowly, a password is hashed, an import goes on for minutes.
    /// Meanwhile the caller may have been disabled, demoted, deleted or shut out, or its key replaced.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid`, `session.expired`,
    ///   `access.impersonation_refused` or `store.unavailable`.
    func readmit(
        _ principal: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> Principal {
        let present = try holder(
            of: principal.method,
            from: principal.origin.address,
            isArriving: false,
            in: reader
        )
        if case .bind = principal.method, present.mustChangePassword,
            !principal.mustChangePassword
        {
            // What was bound with has become one that has to be changed first.
            throw .invalidCredentials
        }
        let holder = present.user
        let caller = Principal(
            user: holder,
            method: principal.method,
            origin: principal.origin,
            permissionModel: principal.permissionModel,
            policy: principal.policy,
            mustChangePassword: present.mustChangePassword,
            mustEnrolFactor: present.mustEnrolFactor
        )
        guard let impersonator = principal.impersonator else {
            // The name of the key or session is the same, and its owner cannot change.
            guard holder.id == principal.user.id else { throw .invalidCredentials }
            return caller
        }
        guard holder.id == impersonator.id,
            let target = try reader.user(.id(principal.user.id))
        else { throw MusterError.impersonationIsRefused }
        return try caller.impersonating(target, at: clock.now())
    }

    /// Admits a caller again who goes on with something long, and refuses it if its rights are not the same.
    ///
    /// - Throws: ``MusterError`` as ``readmit(_:in:)``, or with code `access.insufficient_scope`.
    func readmitUnchanged(
        _ principal: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> Principal {
        let caller = try readmit(principal, in: reader)
        guard caller.user.role == principal.user.role, caller.user.masks == principal.user.masks,
            caller.mustChangePassword == principal.mustChangePassword,
            caller.mustEnrolFactor == principal.mustEnrolFactor
        else {
            throw MusterError(
                .insufficientScope,
                "permission denied: your own account was changed meanwhile"
            )
        }
        return caller
    }
}

extension Principal {
    /// The caller in another user's name.
    ///
    /// - Throws: ``MusterError`` with code `access.impersonation_refused`, the one answer to callers who are
    ///   no administrators and to users who are disabled or have expired.
    func impersonating(_ target: User, at now: Timestamp) throws(MusterError) -> Principal {
        guard role == .administrator, !mustChangePassword, !mustEnrolFactor,
            target.refusal(by: .impersonation, from: origin.address, at: now) == nil
        else { throw MusterError.impersonationIsRefused }
        return Principal(
            user: target,
            impersonator: user,
            method: method,
            origin: origin,
            permissionModel: permissionModel,
            policy: policy
        )
    }
}

extension MusterError {
    /// The one answer to whoever may not act in the name that it gave.
    static var impersonationIsRefused: MusterError {
        MusterError(.impersonationRefused, "Forbidden")
    }
}
