/// The first sessions of a list, and how many there are in all.
public struct SessionList: Sendable {
    /// The sessions, those begun last first.
    public let sessions: [OwnedSession]
    /// How many there are, shown or not.
    public let total: Int
    /// What was asked for.
    fileprivate let query: SessionQuery
}

extension SessionService {
    /// The sessions of a user; without one all of them for administrators, and one's own for others.
    ///
    /// One that has run out is among them until it is swept, within a minute.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `store.unavailable`, or what `input` throws.
    public func list(
        by principal: Principal,
        _ input: () throws(MusterError) -> (user: UserReference?, limit: Int)
    ) async throws(MusterError) -> SessionList {
        try principal.requireSettledAccount()
        let (reference, limit) = try input()
        let isEverybodys = reference == nil && principal.isAdministrator
        return try await access.look(by: principal, isEverybodys ? .unbounded : .bounded) {
            caller,
            reader throws(MusterError) in
            var query = SessionQuery(limit: limit)
            if let reference {
                try caller.requireSettledAccount()
                query.user = try reader.resolve(caller.target(reference), for: caller).id
            } else if !isEverybodys {
                query.user = caller.user.id
            }
            return SessionList(
                sessions: try SessionService.read(query, for: caller, in: reader).map(seen),
                total: try reader.sessionCount(of: query.user),
                query: query
            )
        }
    }

    /// At most `limit` sessions of a list that follow one of them; who asks is judged again.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid`, `access.insufficient_scope`,
    ///   `password.change_required` or `store.unavailable`.
    public func more(
        of list: SessionList,
        after last: OwnedSession,
        limit: Int,
        by principal: Principal
    ) async throws(MusterError) -> [OwnedSession] {
        let query = SessionQuery(user: list.query.user, limit: limit, after: last.session)
        return try await access.look(by: principal) { caller, reader throws(MusterError) in
            try SessionService.read(query, for: caller, in: reader)
        }.map(seen)
    }

    static func read(
        _ query: SessionQuery,
        for caller: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> [OwnedSession] {
        try caller.requireSettledAccount()
        if query.user != caller.user.id { try caller.requireAdministrator() }
        return try reader.sessions(query)
    }

    /// A session with when it was used last, which the store knows a little later.
    func seen(_ owned: OwnedSession) -> OwnedSession {
        var owned = owned
        owned.session.lastSeenAt = access.activity.lastUse(of: owned.session)
        return owned
    }

    /// Ends one session: one's own, or anybody's for administrators.
    ///
    /// Second factors of its owner that wait to be confirmed are begun again after it.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `access.escalation`,
    ///   `password.change_required`, `session.not_found` or `store.unavailable`.
    public func revoke(_ id: SessionID?, by principal: Principal) async throws(MusterError) {
        try principal.requireSettledAccount()
        let access = access
        try await access.change(by: principal, needing: .settledAccount, as: .closing) {
            principal,
            transaction throws(MusterError) in
            let session = try id.flatMap { id throws(MusterError) in try transaction.session(id) }
            // Whoever may not end others' sessions is not told which there are.
            if session?.user != principal.user.id { try principal.requireAdministrator() }
            guard let session else {
                throw MusterError(.sessionNotFound, "The session does not exist.")
            }
            let owner = try transaction.existing(.id(session.user))
            try principal.requireRank(over: owner)
            try principal.requirePower(over: owner)
            try transaction.endSession(
                session.digest,
                because: .revoked,
                at: access.clock.now()
            )
            // What it has begun does not outlive it.
            try transaction.endEnrolments(of: owner.id)
            let field = AuditField("session", SessionID(session.digest).text)
            try transaction.appendAuditEvent(
                access.event(
                    .sessionDelete,
                    by: principal,
                    on: AuditParty(owner),
                    fields: [field]
                )
            )
        }
    }

    /// Ends all sessions of a user, the one in use too, and what else its password has opened: of oneself, or of anybody
    /// for administrators.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `access.escalation`,
    ///   `password.change_required`, `user.not_found` or `store.unavailable`.
    public func revokeAll(
        of reference: UserReference,
        by principal: Principal
    ) async throws(MusterError) {
        let access = access
        try await access.change(of: principal.target(reference), by: principal, as: .closing) {
            principal,
            owner,
            transaction throws(MusterError) in
            try principal.requireRank(over: owner)
            try principal.requirePower(over: owner)
            let count = try transaction.sessionCount(of: owner.id)
            let hasPassword = try transaction.password(of: owner.id) != nil
            guard count > 0 || hasPassword else { return }
            try transaction.endAllOpened(
                byPasswordOf: owner.id,
                because: .revoked,
                at: access.clock.now()
            )
            try transaction.forgetFamiliarPlaces(of: owner.id, by: principal, access)
            let field = AuditField("sessions", "\(count)")
            try transaction.appendAuditEvent(
                access.event(
                    .sessionDelete,
                    by: principal,
                    on: AuditParty(owner),
                    fields: [field]
                )
            )
        }
    }
}
