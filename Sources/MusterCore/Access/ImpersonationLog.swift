import Synchronization

/// Who acts in whose name, so that the audit log can say when it began and ended.
///
/// Impersonation is said again with every request. The first one begins it; when none has come for
/// ``restAfter``, or when the last one was noted while the clock was ahead, it has ended.
public final class ImpersonationLog: Sendable {
    /// How long after its last request an impersonation is taken to have ended.
    public static let restAfter = Duration.seconds(300)

    /// Who acts in whose name, and by what it has come in: a session that is stolen goes on with nothing that a script has
    /// begun.
    private struct Pair: Hashable {
        let impersonator: UserID
        let target: UserID
        let credential: CallerCredential
        /// Whether the other one administers users, for which more is asked.
        let isStrong: Bool

        init(_ principal: Principal, by impersonator: User) {
            self.impersonator = impersonator.id
            target = principal.user.id
            credential = principal.credential
            isStrong = !principal.user.administratorRights.isEmpty
        }
    }

    private struct Entry {
        let actor: AuditParty
        let target: AuditParty
        let origin: RequestSource
        let lastSeen: Timestamp

        init(_ principal: Principal, by impersonator: User, at now: Timestamp) {
            actor = AuditParty(impersonator)
            target = AuditParty(principal.user)
            origin = principal.origin
            lastSeen = now
        }

        func hasEnded(at now: Timestamp) -> Bool {
            now.since(lastSeen) >= ImpersonationLog.restAfter || lastSeen.isFuture(at: now)
        }
    }

    private let entries = Mutex<[Pair: Entry]>([:])

    init() {}

    /// Notes a request, if it goes on with an impersonation that was begun and has not ended; answers whether it does.
    func goesOn(_ principal: Principal, by impersonator: User, at now: Timestamp) -> Bool {
        let pair = Pair(principal, by: impersonator)
        return entries.withLock { entries in
            guard let entry = entries[pair], !entry.hasEnded(at: now) else { return false }
            entries[pair] = Entry(principal, by: impersonator, at: now)
            return true
        }
    }

    /// Notes that an impersonation was begun; to be called when its record is committed, since nobody acts without one.
    func begin(_ principal: Principal, by impersonator: User, at now: Timestamp) {
        let pair = Pair(principal, by: impersonator)
        entries.withLock { $0[pair] = Entry(principal, by: impersonator, at: now) }
    }

    /// Writes the end of every impersonation that has ended, or of all of them when the server stops.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func settle(_ access: DirectoryAccess, all: Bool = false) async throws(MusterError) {
        let now = access.clock.now()
        let ended = entries.withLock { entries in
            let ended = entries.filter { all || $0.value.hasEnded(at: now) }
            for pair in ended.keys {
                entries[pair] = nil
            }
            return ended
        }
        guard !ended.isEmpty else { return }
        do {
            try await write(Array(ended.values), access)
        } catch {
            entries.withLock { $0.merge(ended) { present, _ in present } }
            throw error
        }
    }

    private func write(_ ended: [Entry], _ access: DirectoryAccess) async throws(MusterError) {
        try await access.store.write { transaction throws(MusterError) in
            for entry in ended {
                try transaction.appendAuditEvent(
                    access.event(
                        .impersonationEnd,
                        actor: entry.actor,
                        origin: entry.origin,
                        on: entry.target
                    )
                )
            }
        }
    }
}
