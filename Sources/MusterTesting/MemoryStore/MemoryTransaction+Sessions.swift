import MusterCore

extension MemoryTransaction {
    func session(_ digest: Digest) throws(MusterError) -> Session? {
        state.sessions[digest.bytes]
    }

    func session(_ id: SessionID) throws(MusterError) -> Session? {
        state.sessions.values.first { SessionID($0.digest) == id }
    }

    func sessions(_ query: SessionQuery) throws(MusterError) -> [OwnedSession] {
        let found = state.sessions.values.filter { query.user == nil || $0.user == query.user }
        let sorted = found.sorted {
            $0.createdAt == $1.createdAt
                ? $0.digest.bytes.lexicographicallyPrecedes($1.digest.bytes)
                : $0.createdAt > $1.createdAt
        }
        return sorted.prefix(query.limit).compactMap { session in
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

    func endExpiredSessions(begunBefore limit: Timestamp, now: Timestamp) throws(MusterError) {
        endSessions(because: .lifetime, at: now) {
            $0.createdAt < limit || $0.createdAt.isFuture(at: now)
        }
        let users = state.users
        endSessions(because: .idleTimeout, at: now) { session in
            let timeout = users[session.user]?.inactivityTimeout ?? .zero
            return timeout > .zero
                && (now.since(session.lastSeenAt) > timeout
                    || session.lastSeenAt.isFuture(at: now))
        }
        state.sessionEnds = state.sessionEnds.filter { $0.value.at >= limit }
    }

    private func endSessions(
        because end: SessionEnd,
        at now: Timestamp,
        where isOver: (Session) -> Bool
    ) {
        for (key, session) in state.sessions where isOver(session) {
            state.sessions[key] = nil
            if state.sessionEnds[key] == nil {
                state.sessionEnds[key] = SessionPast(end: end, at: now)
            }
        }
    }
}
