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
    /// - Parameters:
    ///   - method: What was presented.
    ///   - address: Where from; nil if that is unknown.
    ///   - isArriving: Whether it is presented now, and not in the middle of a call: whoever is under way is not idle.
    ///   - connection: The connection on which somebody has bound with it; nil for all else.
    ///   - reader: Sees the moment.
    /// - Returns: Who holds it.
    /// - Throws: ``MusterError`` with code `credentials.invalid`, `session.expired` or `store.unavailable`.
    func holder(
        of method: Principal.Method,
        from address: IPAddress?,
        isArriving: Bool,
        on connection: BoundConnection? = nil,
        in reader: any DirectoryReader
    ) throws(MusterError) -> Holder {
        switch method {
        case .apiKey(let accessKey, let digest):
            Holder(user: try keyOwner(accessKey, digest, address, isArriving, connection, reader))
        case .session(let digest):
            try sessionOwner(digest, address, isArriving, reader)
        case .bind(let user, let password):
            try boundUser(user, password, address, connection, reader)
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
        _ connection: BoundConnection?,
        _ reader: any DirectoryReader
    ) throws(MusterError) -> Holder {
        let now = clock.now()
        guard let holder = try reader.passwordHolder(id) else { throw .invalidCredentials }
        let user = holder.owner
        guard user.refusal(by: .directoryBind, from: address, at: now) == nil,
            // Another password ends what the former one has opened, and so does who ends all sessions.
            holder.changedAt == setAt,
            !isBarredFromBinding(
                user,
                hasSecondFactor: user.hasSecondFactor(besideCodes: holder.hasFactor)
            ),
            connection?.isIdle(longerThan: user.inactivityTimeout) != true
        else { throw .invalidCredentials }
        connection?.noteUse(at: now)
        return Holder(user: user, mustChangePassword: holder.isTemporary)
    }

    private func keyOwner(
        _ accessKey: String,
        _ digest: Digest,
        _ address: IPAddress?,
        _ isArriving: Bool,
        _ connection: BoundConnection?,
        _ reader: any DirectoryReader
    ) throws(MusterError) -> User {
        let now = clock.now()
        guard let (owner, key) = try reader.apiKey(accessKey), key.secretDigest.matches(digest),
            owner.refusal(by: .apiKey, from: address, at: now) == nil,
            connection?.isIdle(longerThan: owner.inactivityTimeout) != true
        else { throw .invalidCredentials }
        if isArriving, owner.inactivityTimeout > .zero {
            let uses = [key.createdAt, owner.logins.lastSuccess].compactMap(\.self)
            // A stamp from the future tells nothing of when the pair was used.
            let known = (uses + activity.keyUses(of: owner)).filter { !$0.isFuture(at: now) }
            guard let last = known.max(), now.since(last) <= owner.inactivityTimeout else {
                throw .invalidCredentials
            }
        }
        // Each operation on a connection that was bound arrives by itself.
        if isArriving || connection != nil {
            activity.noteKeyUse(of: owner.id, at: now)
        } else {
            activity.noteKeyUseAgain(of: owner.id, at: now)
        }
        connection?.noteUse(at: now)
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
            mustEnrolFactor: user.mustEnrol(
                hasSecondFactor: user.hasSecondFactor(besideCodes: holder.hasFactor)
            )
        )
    }
}
