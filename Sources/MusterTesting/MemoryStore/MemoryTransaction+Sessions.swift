import MusterCore

extension MemoryTransaction {
    func sessionHolder(_ digest: Digest) throws(MusterError) -> SessionHolder? {
        guard let session = state.sessions[digest.bytes], let owner = state.users[session.user]
        else { return nil }
        return SessionHolder(
            session: session,
            owner: owner,
            mustChangePassword: state.passwords[owner.id]?.isTemporary ?? false
        )
    }

    func session(_ digest: Digest) throws(MusterError) -> Session? {
        state.sessions[digest.bytes]
    }

    func session(_ id: SessionID) throws(MusterError) -> Session? {
        state.sessions.values.first { SessionID($0.digest) == id }
    }

    func sessions(_ query: SessionQuery) throws(MusterError) -> [OwnedSession] {
        let found = state.sessions.values.filter { query.user == nil || $0.user == query.user }
        func comesBefore(_ one: Session, _ other: Session) -> Bool {
            one.createdAt == other.createdAt
                ? one.digest.bytes.lexicographicallyPrecedes(other.digest.bytes)
                : one.createdAt > other.createdAt
        }
        let following = found.filter { session in
            query.after.map { comesBefore($0, session) } ?? true
        }
        return following.sorted(by: comesBefore).prefix(query.limit).compactMap { session in
            state.users[session.user].map { OwnedSession(session: session, owner: $0.username) }
        }
    }

    func sessionCount(of user: UserID?) throws(MusterError) -> Int {
        state.sessions.values.count { user == nil || $0.user == user }
    }

    func sessionEnd(_ digest: Digest) throws(MusterError) -> SessionEnd? {
        state.sessionEnds[digest.bytes]?.end
    }

    func insertSession(_ session: Session) throws(MusterError) {
        try requireUser(session.user)
        state.sessions[session.digest.bytes] = session
    }

    func noteConfirmation(
        of digest: Digest,
        by methods: Set<AuthenticationMethod>,
        at now: Timestamp
    ) throws(MusterError) {
        state.sessions[digest.bytes]?.authenticatedAt = now
        state.sessions[digest.bytes]?.methods = methods
    }

    func endSession(
        _ digest: Digest,
        because end: SessionEnd,
        at now: Timestamp
    ) throws(MusterError) {
        endSessions(because: end, at: now) { $0.digest.bytes == digest.bytes }
    }

    func endSessions(
        of user: UserID,
        except digest: Digest?,
        because end: SessionEnd,
        at now: Timestamp
    ) throws(MusterError) {
        endSessions(because: end, at: now) {
            $0.user == user && $0.digest.bytes != digest?.bytes
        }
    }

    func noteSessionUse(_ uses: [(digest: Digest, at: Timestamp)]) throws(MusterError) {
        for use in uses {
            guard let session = state.sessions[use.digest.bytes] else { continue }
            let isWrong = session.lastSeenAt.isFuture(at: use.at)
            state.sessions[use.digest.bytes]?.lastSeenAt =
                isWrong ? use.at : max(session.lastSeenAt, use.at)
        }
    }

    func endOldestSessions(
        of user: UserID,
        keeping count: Int,
        because end: SessionEnd,
        at now: Timestamp
    ) throws(MusterError) -> [Digest] {
        let all = try sessions(SessionQuery(user: user))
        let digests = all.dropFirst(count).prefix(100).map(\.session.digest)
        for digest in digests { try endSession(digest, because: end, at: now) }
        return digests
    }

    func endExpiredSessions(
        after last: Digest?,
        atMost count: Int,
        begunBefore limit: Timestamp,
        now: Timestamp
    ) throws(MusterError) -> Digest? {
        let begin = last?.bytes ?? []
        let following = state.sessions.keys.filter { begin.lexicographicallyPrecedes($0) }
        let next = following.sorted { $0.lexicographicallyPrecedes($1) }.prefix(count)
        for key in next {
            guard let session = state.sessions[key], let owner = state.users[session.user],
                let end = session.end(
                    at: now,
                    begunBefore: limit,
                    timeout: owner.inactivityTimeout,
                    expiry: owner.expiresAt
                )
            else { continue }
            try endSession(session.digest, because: end, at: now)
        }
        return next.count < count ? nil : next.last.map { Digest($0) }
    }

    func forgetSessionEnds(
        before limit: Timestamp,
        keeping total: Int,
        atMost count: Int
    ) throws(MusterError) -> Int {
        let oldest = state.sessionEnds.sorted { $0.value.at < $1.value.at }
        let outdated = oldest.prefix { $0.value.at < limit }.count
        let forgotten = oldest.prefix(min(count, max(outdated, oldest.count - total)))
        for (key, _) in forgotten { state.sessionEnds[key] = nil }
        return forgotten.count
    }

    private func endSessions(
        because end: SessionEnd,
        at now: Timestamp,
        where isOver: (Session) -> Bool
    ) {
        let ending = state.sessions.values.filter(isOver)
        for session in ending {
            let key = session.digest.bytes
            state.sessions[key] = nil
            if state.sessionEnds[key] == nil {
                state.sessionEnds[key] = SessionPast(end: end, at: now, user: session.user)
            }
        }
        for user in Set(ending.map(\.user)) {
            let ends = state.sessionEnds.filter { $0.value.user == user }
            let newest = ends.sorted { $0.value.at > $1.value.at }
            for (key, _) in newest.dropFirst(SessionLimits.endedPerUser) {
                state.sessionEnds[key] = nil
            }
        }
    }
}
