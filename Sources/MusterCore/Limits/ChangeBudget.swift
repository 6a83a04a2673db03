import Synchronization

/// How often whoever administers nobody may change itself.
///
/// Each change is a record in the audit log, which is kept for good; without a bound one user of the least role could
/// fill the disk in an hour.
final class ChangeBudget: Sendable {
    /// How many changes may be made one right after the other.
    static let atOnce = 30
    /// The time in which one more becomes free: ten a minute.
    static let interval = Duration.seconds(6)
    /// The most users that are remembered.
    static let userLimit = 65_536

    /// When all places of a user are free again.
    private let freeAt = Mutex<[UserID: Timestamp]>([:])

    /// Takes a place for a change; answers how long to wait if there is none.
    func take(_ user: UserID, at now: Timestamp) -> Duration? {
        let whole = ChangeBudget.interval * ChangeBudget.atOnce
        return freeAt.withLock { freeAt in
            var start = max(freeAt[user] ?? now, now)
            // What was noted while the clock was ahead holds up nobody.
            if start.since(now) > whole { start = now }
            let end = start.advanced(by: ChangeBudget.interval)
            guard end.since(now) <= whole else { return end.since(now) - whole }
            if freeAt[user] == nil { ChangeBudget.makeRoom(&freeAt, now) }
            freeAt[user] = end
            return nil
        }
    }

    /// Gives the place of a change back that the server could not make.
    func giveBack(_ user: UserID) {
        freeAt.withLock { freeAt in
            guard let end = freeAt[user] else { return }
            freeAt[user] = end.advanced(by: .zero - ChangeBudget.interval)
        }
    }

    /// How many users are remembered.
    var count: Int { freeAt.withLock { $0.count } }

    private static func makeRoom(_ freeAt: inout [UserID: Timestamp], _ now: Timestamp) {
        guard freeAt.count >= userLimit else { return }
        freeAt = freeAt.filter { $0.value > now }
        while freeAt.count >= userLimit, let user = freeAt.keys.first { freeAt[user] = nil }
    }
}

extension DirectoryAccess {
    /// Takes a place for a change that a caller makes of itself; whether it is counted.
    ///
    /// - Throws: ``MusterError`` with code `request.rate_limited` or, where the disk is nearly full,
    ///   `server.overloaded`.
    func takePlace(
        of principal: Principal,
        needing right: Principal.Right
    ) throws(MusterError) -> Bool {
        switch right {
        case .any, .permanentPassword, .settledAccount: break
        case .reader, .administrator, .role: return false
        }
        guard !principal.isMachine, principal.actor.administratorRights.isEmpty else {
            return false
        }
        let now = clock.now()
        guard !diskRoom.isShort(store, at: now) else {
            throw .overloaded("The server's disk is nearly full.", retryAfter: 60, for: .disk)
        }
        guard let wait = ownChanges.take(principal.actor.id, at: now) else { return true }
        throw .rateLimited("Your account was changed too often.", retryAfter: wait)
    }
}
