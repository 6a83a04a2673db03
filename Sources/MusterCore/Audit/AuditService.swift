/// Shows the audit log.
public struct AuditService: Sendable {
    private let access: DirectoryAccess

    init(_ access: DirectoryAccess) {
        self.access = access
    }

    /// The first events that meet a query, and how many there are in all, for the role Administrator.
    ///
    /// The number is exact up to a limit (``AuditReader/auditEventCount(_:exactUpTo:)``).
    ///
    /// The log speaks of everything that anybody did, so that the Write on Users is not enough in any dialect.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `store.unavailable`, or what `query` throws.
    public func events(
        by principal: Principal,
        exactUpTo limit: Int = ListTotal.usualLimit,
        _ query: () throws(MusterError) -> AuditQuery
    ) async throws(MusterError) -> (page: AuditPage, total: ListTotal) {
        try principal.require(.administrator)
        let query = try query()
        return try await access.look(by: principal, .unbounded) {
            caller,
            reader throws(MusterError) in
            try caller.require(.administrator)
            return (
                try reader.auditPage(query, after: nil),
                try reader.auditEventCount(query, exactUpTo: limit)
            )
        }
    }

    /// The events that follow a page; who asks is judged again.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid`, `access.insufficient_scope` or
    ///   `store.unavailable`.
    public func more(
        by principal: Principal,
        _ query: AuditQuery,
        after position: AuditPosition
    ) async throws(MusterError) -> AuditPage {
        try await access.look(by: principal, .unbounded) { caller, reader throws(MusterError) in
            try caller.require(.administrator)
            return try reader.auditPage(query, after: position)
        }
    }

    /// How sign-ins have gone since a moment, and when a backup was made last, in one snapshot, for the role Administrator.
    ///
    /// - Parameters:
    ///   - principal: Who asks.
    ///   - start: From when on events are read.
    ///   - limit: The most events of each kind, 1 to ``AuditQuery/maximumLimit``; the newest are read.
    /// - Returns: The events, and what is known beside them.
    /// - Throws: as ``events(by:exactUpTo:_:)``.
    public func signIns(
        by principal: Principal,
        since start: Timestamp,
        limit: Int
    ) async throws(MusterError) -> SignInEvents {
        try principal.require(.administrator)
        return try await access.look(by: principal, .unbounded) {
            caller,
            reader throws(MusterError) in
            try caller.require(.administrator)
            var (events, isPartial): ([AuditEvent], Bool) = ([], false)
            for action in SignInEvents.actions {
                let found = try reader.newest(limit, of: action, .date(.greaterOrEqual, start))
                isPartial = isPartial || found.count == limit
                events += found
            }
            return SignInEvents(
                events: events,
                isPartial: isPartial,
                lastBackup: try reader.newest(1, of: .directoryBackup).first?.at
            )
        }
    }

    /// How many events at a time are looked through for one's own sign-ins, and how many times: of a user with very many of
    /// another kind nobody waits until all were gone through.
    private static let ownEvents = (page: 500, pages: 4)

    /// The caller's own last sign-ins, those that were refused among them, newest first: everybody may see those, and
    /// nobody else's.
    ///
    /// They are those among the last two thousand events about the caller.
    ///
    /// - Throws: ``MusterError`` with code `password.change_required` or `store.unavailable`.
    public func ownSignIns(
        by principal: Principal,
        limit: Int
    ) async throws(MusterError) -> [AuditEvent] {
        try await access.look(by: principal, .unbounded) {
            caller,
            reader throws(MusterError) in
            try caller.requireSettledAccount()
            let query = AuditQuery(
                conditions: [.target(caller.user.uuid)],
                limit: AuditService.ownEvents.page,
                isNewestFirst: true
            )
            var (events, position): ([AuditEvent], AuditPosition?) = ([], nil)
            for _ in 0..<AuditService.ownEvents.pages {
                let page = try reader.auditPage(query, after: position)
                events += page.events.filter { SignInEvents.actions.contains($0.action) }
                position = page.end
                guard page.events.count == query.limit, events.count < limit else { break }
            }
            return Array(events.prefix(limit))
        }
    }
}

extension DirectoryReader {
    /// The newest events of a kind that meet a condition, the newest first.
    fileprivate func newest(
        _ limit: Int,
        of action: AuditAction,
        _ conditions: AuditQuery.Condition...
    ) throws(MusterError) -> [AuditEvent] {
        let query = AuditQuery(
            conditions: conditions + [.action(action.rawValue)],
            limit: limit,
            isNewestFirst: true
        )
        return try auditPage(query, after: nil).events
    }
}
