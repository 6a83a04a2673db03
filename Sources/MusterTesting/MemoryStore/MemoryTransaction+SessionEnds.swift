import MusterCore

extension MemoryTransaction {
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
