/// The ways in which somebody proves who it is.
public enum SignInMethod: CaseIterable, Hashable, Sendable {
    /// A pair of API keys.
    case apiKey
    /// The token of a session that was begun with a password.
    case session
    /// A name and a password.
    case password
    /// A public key, at the machine's own OpenSSH server.
    case sshKey
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
        refusal(by: method, at: now) ?? (hosts.allow(address) ? nil : .hostNotAllowed)
    }

    /// By which of its fields this user may administer users; empty if it may not.
    public var administratorRights: [AdministratorRight] {
        AdministratorRight.held(by: role, masks)
    }

    /// Why this user may not come in by a method from anywhere; nil if it may come in from its hosts.
    ///
    /// For OpenSSH, which holds the client against the hosts itself.
    public func refusal(by method: SignInMethod, at now: Timestamp) -> Refusal? {
        guard isEnabled else { return .disabled }
        return isExpired(at: now) ? .expired : refusal(of: method)
    }

    /// Why this user may not come in by a method for as long as nothing changes; nil if it may.
    ///
    /// For the question who is left to administer: an account that expires some day leaves nobody then.
    func lastingRefusal(by method: SignInMethod) -> Refusal? {
        guard isEnabled else { return .disabled }
        return expiresAt != nil ? .expired : refusal(of: method)
    }

    private func refusal(of method: SignInMethod) -> Refusal? {
        let isPermitted =
            switch method {
            case .apiKey: authorizations.api
            case .session, .password: authorizations.password
            case .sshKey: true
            }
        return isPermitted ? nil : .methodNotPermitted
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

extension Directory {
    /// Finds who holds what was presented, at the moment that a reader sees, and notes that it was used.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid`, `session.expired` or `store.unavailable`.
    func holder(
        of method: Principal.Door,
        from address: IPAddress?,
        isArriving: Bool,
        in reader: any DirectoryReader
    ) throws(MusterError) -> (user: User, mustChangePassword: Bool) {
        switch method {
        case .apiKey(let accessKey, let digest):
            (try keyOwner(accessKey, digest, address, isArriving, reader), false)
        case .session(let digest):
            try sessionOwner(digest, address, isArriving, reader)
        case .local:
            (try reader.existing(.id(identity.owner)), false)
        }
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
    ) throws(MusterError) -> (user: User, mustChangePassword: Bool) {
        guard let session = try reader.session(digest),
            let user = try reader.user(.id(session.user))
        else {
            if let end = try reader.sessionEnd(digest) { throw .sessionIsOver(end) }
            throw .invalidCredentials
        }
        let now = clock.now()
        if let refusal = user.refusal(by: .session, from: address, at: now) {
            // As it is told once the session was swept.
            throw refusal == .expired
                ? MusterError.sessionIsOver(.accountExpired) : MusterError.invalidCredentials
        }
        if isArriving, user.inactivityTimeout > .zero {
            let last = activity.lastUse(of: session)
            guard !last.isFuture(at: now), now.since(last) <= user.inactivityTimeout else {
                throw .sessionIsOver(.idleTimeout)
            }
        }
        guard !session.createdAt.isFuture(at: now),
            now.since(session.createdAt) <= rules.sessionLifetime
        else { throw .sessionIsOver(.lifetime) }
        activity.noteSessionUse(digest, at: now)
        return (user, try reader.password(of: user.id)?.isTemporary ?? false)
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
        let (holder, mustChangePassword) = try holder(
            of: principal.door,
            from: principal.origin.address,
            isArriving: false,
            in: reader
        )
        let caller = Principal(
            user: holder,
            door: principal.door,
            origin: principal.origin,
            authority: principal.authority,
            policy: principal.policy,
            mustChangePassword: mustChangePassword
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
            caller.mustChangePassword == principal.mustChangePassword
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
        guard role == .administrator, !mustChangePassword, target.isEnabled,
            !target.isExpired(at: now)
        else { throw MusterError.impersonationIsRefused }
        return Principal(
            user: target,
            impersonator: user,
            door: door,
            origin: origin,
            authority: authority,
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
