import Synchronization

/// How often whoever administers nobody may change itself.
///
/// Each change is a record in the audit log, which is kept for good; without a bound one user of the least role could
/// fill the disk in an hour.
///
/// Each credential is counted by itself, so that whoever has stolen one takes no place of the owner's others: a user's
/// credentials together make ``credentials`` times as many changes as one of them. What a password has confirmed, and what
/// only takes away, have places of their own, so that cheap changes hold up neither.
final class ChangeBudget: Sendable {
    /// How many changes may be made one right after the other.
    static let atOnce = 30
    /// The time in which one more becomes free: ten a minute.
    static let interval = Duration.seconds(6)
    /// How many credentials of a user may use all their places at a time.
    static let credentials = 4
    /// The most users, credentials and kinds that are remembered.
    static let limit = 65_536

    /// What a change is, as far as it is counted together with others.
    enum Kind: Hashable {
        /// A change of whatever kind.
        case any
        /// It takes away what opens the account: a session, a key.
        case closing
        /// Its maker has given its password for it.
        case confirmed
        /// A login with a passkey alone, which is counted whatever its user administers.
        case passkeyLogin
        /// That a code be sent for a login that waits; from where the user has signed in before by itself, so that whoever has
        /// the password alone takes no place of the owner's.
        case code(isFamiliar: Bool)

        /// What a change is for which a password was given, or none.
        init(_ verified: VerifiedPassword?) {
            self = verified == nil ? .any : .confirmed
        }
    }

    /// Who pays for a change.
    struct Payer: Hashable {
        let user: UserID
        /// By what it has come in; nil if it is about to.
        let credential: CallerCredential?
        let kind: Kind
    }

    private enum Key: Hashable {
        case one(Payer)
        case all(UserID, Kind)

        /// How many times the places of one payer there are.
        var shares: Int {
            if case .all = self { ChangeBudget.credentials } else { 1 }
        }
    }

    /// When all places of a key are free again.
    private let freeAt = Mutex(RecentTable<Key, Timestamp>(limit: ChangeBudget.limit))

    /// Takes a place for a change; answers how long to wait if there is none.
    func take(_ payer: Payer, at now: Timestamp) -> Duration? {
        freeAt.withLock { freeAt in
            var ends: [(Key, Timestamp)] = []
            let whole = ChangeBudget.interval * ChangeBudget.atOnce
            for key in ChangeBudget.keys(of: payer) {
                let step = ChangeBudget.interval / key.shares
                var start = max(freeAt[key] ?? now, now)
                // What was noted while the clock was ahead holds up nobody.
                if start.since(now) > whole { start = now }
                let end = start.advanced(by: step)
                guard end.since(now) <= whole else { return end.since(now) - whole }
                ends.append((key, end))
            }
            for (key, end) in ends { freeAt[key] = end }
            return nil
        }
    }

    /// Gives the place of a change back that the server could not make.
    func giveBack(_ payer: Payer) {
        freeAt.withLock { freeAt in
            for key in ChangeBudget.keys(of: payer) {
                guard let end = freeAt[key] else { continue }
                freeAt[key] = end.advanced(by: .zero - ChangeBudget.interval / key.shares)
            }
        }
    }

    /// How many users, credentials and kinds are remembered.
    var count: Int { freeAt.withLock { $0.count } }

    private static func keys(of payer: Payer) -> [Key] {
        [.one(payer), .all(payer.user, payer.kind)]
    }
}

extension DirectoryAccess {
    /// Takes a place for a change that a caller makes of itself; who pays for it, nil if it is not counted.
    ///
    /// - Throws: ``MusterError`` with code `request.rate_limited` or, where the disk is nearly full,
    ///   `server.overloaded`.
    func takePlace(
        of principal: Principal,
        needing right: Principal.Right,
        for kind: ChangeBudget.Kind
    ) throws(MusterError) -> ChangeBudget.Payer? {
        switch right {
        case .any, .permanentPassword, .settledAccount: break
        case .reader, .administrator, .role: return nil
        }
        guard !principal.isMachine, principal.actor.administratorRights.isEmpty else { return nil }
        guard !diskRoom.isShort(store, at: clock.now()) else {
            throw .overloaded("The server's disk is nearly full.", retryAfter: 60, for: .disk)
        }
        let payer = ChangeBudget.Payer(
            user: principal.actor.id,
            credential: principal.credential,
            kind: kind
        )
        return try takePlace(for: payer, orSay: "Your account was changed too often.")
    }

    /// Takes a place for whoever pays for it.
    ///
    /// - Parameters:
    ///   - payer: Who pays.
    ///   - message: What is told if there is none.
    /// - Returns: Who pays.
    /// - Throws: ``MusterError`` with code `request.rate_limited`.
    @discardableResult
    func takePlace(
        for payer: ChangeBudget.Payer,
        orSay message: String
    ) throws(MusterError) -> ChangeBudget.Payer {
        guard let wait = ownChanges.take(payer, at: clock.now()) else { return payer }
        throw .rateLimited(message, retryAfter: wait)
    }
}
