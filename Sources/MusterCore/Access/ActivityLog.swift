import Synchronization

/// Who was seen last when, before it reaches the store.
///
/// Every authenticated request turns a clock. Writing each turn to disk would make reads as slow as
/// writes, so the turns are kept here and written together, about once a second. Whoever needs the
/// present value asks here first.
public final class ActivityLog: Sendable {
    private struct State {
        var keyUses: [UserID: Timestamp] = [:]
        var sessionUses: [DigestKey: Timestamp] = [:]
        /// The use of keys that was noted last.
        var latest: (user: UserID, at: Timestamp)?

        mutating func noteKeyUse(of user: UserID, at now: Timestamp) {
            // A busy caller comes many times in a millisecond.
            if let latest, latest.user == user, latest.at == now { return }
            keyUses[user] = now
            latest = (user, now)
        }
    }

    private let state = Mutex(State())

    init() {}

    func noteKeyUse(of user: UserID, at now: Timestamp) {
        state.withLock { $0.noteKeyUse(of: user, at: now) }
    }

    /// Notes that a request which was noted when it came is still under way, unless somebody else is noting just now.
    ///
    /// It is said with each batch of a list, on a thread of low priority: one that waited for the lock would be handed it, and
    /// everybody would wait until that thread has a processor.
    func noteKeyUseAgain(of user: UserID, at now: Timestamp) {
        _ = state.withLockIfAvailable { $0.noteKeyUse(of: user, at: now) }
    }

    /// Notes that a session is used, unless its last use says that it is over.
    ///
    /// - Parameters:
    ///   - session: The session as the store has it.
    ///   - now: The moment.
    ///   - end: Why the session, with its last use as it is at present, is over; nil if it is not.
    /// - Returns: What `end` has said.
    func noteSessionUse(
        _ session: Session,
        at now: Timestamp,
        unless end: (Session) -> SessionEnd?
    ) -> SessionEnd? {
        let key = DigestKey(session.digest)
        return state.withLock { state in
            var used = session
            // Found once for both, reading and writing.
            guard let place = state.sessionUses.index(forKey: key) else {
                if let end = end(used) { return end }
                state.sessionUses[key] = now
                return nil
            }
            used.lastSeenAt = max(state.sessionUses.values[place], session.lastSeenAt)
            if let end = end(used) { return end }
            state.sessionUses.values[place] = now
            return nil
        }
    }

    /// When a user's keys were used, as far as that is known: here and in the store.
    func keyUses(of user: User) -> [Timestamp] {
        let pending = state.withLock { $0.keyUses[user.id] }
        return [pending, user.lastKeyUse].compactMap(\.self)
    }

    func lastUse(of session: Session) -> Timestamp {
        let key = DigestKey(session.digest)
        let pending = state.withLock { $0.sessionUses[key] }
        return max(pending ?? session.lastSeenAt, session.lastSeenAt)
    }

    /// The user with its last key use as it is at present.
    public func updated(_ user: consuming User) -> User {
        update(&user)
        return user
    }

    /// Gives a user its last key use as it is at present.
    func update(_ user: inout User) {
        let id = user.id
        if let pending = state.withLock({ $0.keyUses[id] }) { user.noteKeyUse(pending) }
    }

    /// Gives users their last key use as it is at present.
    ///
    /// They are gone through beside the lock, which every request takes: a batch of a list is read on a thread of low
    /// priority, and while that waited for a processor with the lock in its hand, everybody would wait with it.
    func update(_ users: inout some MutableCollection<User>) {
        let keyUses = state.withLock { $0.keyUses }
        guard !keyUses.isEmpty else { return }
        for place in users.indices {
            guard let pending = keyUses[users[place].id] else { continue }
            users[place].noteKeyUse(pending)
        }
    }

    /// Writes everything noted so far to the store.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`; what was noted is then kept.
    public func flush(to store: any DirectoryStore) async throws(MusterError) {
        let noted = state.withLock { $0 }
        guard !noted.keyUses.isEmpty || !noted.sessionUses.isEmpty else { return }
        let sessionUses = noted.sessionUses.map { (digest: $0.key.digest, at: $0.value) }
        try await store.write { transaction throws(MusterError) in
            try transaction.noteKeyUse(noted.keyUses)
            try transaction.noteSessionUse(sessionUses)
        }
        state.withLock { state in
            state.latest = nil
            state.keyUses = state.keyUses.filter { noted.keyUses[$0.key] != $0.value }
            state.sessionUses = state.sessionUses.filter { noted.sessionUses[$0.key] != $0.value }
        }
    }
}

extension User {
    /// Notes that the user's keys were used, unless a later use is known.
    fileprivate mutating func noteKeyUse(_ moment: Timestamp) {
        lastKeyUse = max(lastKeyUse ?? moment, moment)
    }
}
