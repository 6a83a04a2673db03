import MusterCore

extension MemoryTransaction {
    func sessionHolder(_ digest: Digest) throws(MusterError) -> SessionHolder? {
        guard let session = state.sessions[digest.bytes], let owner = state.users[session.user]
        else { return nil }
        return SessionHolder(
            session: session,
            owner: withGroups(owner),
            mustChangePassword: state.passwords[owner.id]?.isTemporary ?? false,
            hasFactor: try hasFactor(owner.id)
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

    func noteSessionUse(_ uses: [(digest: Digest, at: Timestamp)]) throws(MusterError) {
        for use in uses {
            guard let session = state.sessions[use.digest.bytes] else { continue }
            let isWrong = session.lastSeenAt.isFuture(at: use.at)
            state.sessions[use.digest.bytes]?.lastSeenAt =
                isWrong ? use.at : max(session.lastSeenAt, use.at)
        }
    }
}
