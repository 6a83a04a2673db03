import MusterCore

extension DistantTransaction {
    func sessionHolder(_ digest: Digest) throws(MusterError) -> SessionHolder? {
        try trip { () throws(MusterError) in try inner.sessionHolder(digest) }
    }

    func session(_ id: SessionID) throws(MusterError) -> Session? {
        try trip { () throws(MusterError) in try inner.session(id) }
    }

    func sessions(_ query: SessionQuery) throws(MusterError) -> [OwnedSession] {
        try trip { () throws(MusterError) in try inner.sessions(query) }
    }

    func sessionCount(of user: UserID?) throws(MusterError) -> Int {
        try trip { () throws(MusterError) in try inner.sessionCount(of: user) }
    }

    func session(_ digest: Digest) throws(MusterError) -> Session? {
        try trip { () throws(MusterError) in try inner.session(digest) }
    }

    func sessionEnd(_ digest: Digest) throws(MusterError) -> SessionEnd? {
        try trip { () throws(MusterError) in try inner.sessionEnd(digest) }
    }

    func insertSession(_ session: Session) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.insertSession(session) }
    }

    func noteConfirmation(
        of digest: Digest,
        by methods: Set<AuthenticationMethod>,
        at now: Timestamp
    ) throws(MusterError) {
        try trip { () throws(MusterError) in
            try inner.noteConfirmation(of: digest, by: methods, at: now)
        }
    }

    func endSession(
        _ digest: Digest,
        because end: SessionEnd,
        at now: Timestamp
    ) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.endSession(digest, because: end, at: now) }
    }

    func endSessions(
        of user: UserID,
        except digest: Digest?,
        because end: SessionEnd,
        at now: Timestamp
    ) throws(MusterError) {
        try trip { () throws(MusterError) in
            try inner.endSessions(of: user, except: digest, because: end, at: now)
        }
    }

    func noteSessionUse(_ uses: [(digest: Digest, at: Timestamp)]) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.noteSessionUse(uses) }
    }

    func endOldestSessions(
        of user: UserID,
        keeping count: Int,
        because end: SessionEnd,
        at now: Timestamp
    ) throws(MusterError) -> [Digest] {
        try trip { () throws(MusterError) in
            try inner.endOldestSessions(of: user, keeping: count, because: end, at: now)
        }
    }

    func endExpiredSessions(
        after last: Digest?,
        atMost count: Int,
        begunBefore limit: Timestamp,
        now: Timestamp
    ) throws(MusterError) -> Digest? {
        try trip { () throws(MusterError) in
            try inner.endExpiredSessions(after: last, atMost: count, begunBefore: limit, now: now)
        }
    }

    func forgetSessionEnds(
        before limit: Timestamp,
        keeping total: Int,
        atMost count: Int
    ) throws(MusterError) -> Int {
        try trip { () throws(MusterError) in
            try inner.forgetSessionEnds(before: limit, keeping: total, atMost: count)
        }
    }
}
