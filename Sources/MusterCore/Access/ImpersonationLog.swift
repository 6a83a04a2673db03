import Synchronization

/// Who acts in whose name, so that the audit log can say when it began and ended.
///
/// Impersonation is said again with every request. The first one begins it; when none has come for
/// ``restAfter``, it has ended.
public final class ImpersonationLog: Sendable {
    /// How long after its last request an impersonation is taken to have ended.
    public static let restAfter = Duration.seconds(300)

    private struct Pair: Hashable {
        let impersonator: UserID
        let target: UserID
    }

    private struct Entry {
        let actor: AuditParty
        let target: AuditParty
        var origin: RequestSource
        var lastSeen: Timestamp
    }

    private let entries = Mutex<[Pair: Entry]>([:])

    init() {}

    /// Notes a request; answers whether it begins an impersonation.
    func note(_ principal: Principal, by impersonator: User, at now: Timestamp) -> Bool {
        let pair = Pair(impersonator: impersonator.id, target: principal.user.id)
        return entries.withLock { entries in
            let begins = entries[pair] == nil
            entries[pair] = Entry(
                actor: AuditParty(impersonator),
                target: AuditParty(principal.user),
                origin: principal.origin,
                lastSeen: now
            )
            return begins
        }
    }

    /// Forgets a beginning that could not be written, so that the next request begins again.
    func forget(_ principal: Principal, by impersonator: User) {
        let pair = Pair(impersonator: impersonator.id, target: principal.user.id)
        entries.withLock { $0[pair] = nil }
    }

    /// Writes the end of every impersonation that rests, or of all of them when the server stops.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func settle(_ access: DirectoryAccess, all: Bool = false) async throws(MusterError) {
        let now = access.clock.now()
        let ended = entries.withLock { entries in
            let ended = entries.filter {
                all || now.since($0.value.lastSeen) >= ImpersonationLog.restAfter
            }
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
