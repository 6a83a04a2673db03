/// Shows the audit log.
public struct AuditService: Sendable {
    private let directory: Directory

    /// Works on a directory.
    public init(_ directory: Directory) {
        self.directory = directory
    }

    /// The events that meet a query, and how many there are in all, for administrators.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `store.unavailable`, or what `query` throws.
    public func events(
        by principal: Principal,
        _ query: () throws(MusterError) -> AuditQuery
    ) throws(MusterError) -> (events: [AuditEvent], total: Int) {
        try principal.requireAdministrator()
        let query = try query()
        return try directory.look(by: principal) { caller, reader throws(MusterError) in
            try caller.requireAdministrator()
            return (try reader.auditEvents(query), try reader.auditEventCount(query))
        }
    }
}
