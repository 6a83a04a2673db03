/// Reads the audit log.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol AuditReader {
    /// The events that a query asks for; those after a position, in the query's order, where there is one.
    ///
    /// However far in the log the position lies, what lies before it is not read again. What an offset passes over is
    /// found by indexes, unless several conditions have to hold for each event.
    func auditPage(
        _ query: AuditQuery,
        after position: AuditPosition?
    ) throws(MusterError) -> AuditPage

    /// How many events meet the query's conditions: exactly up to a limit, and where there are more by an estimate, unless the
    /// store knows it. With `Int.max` it is exact whatever it costs.
    func auditEventCount(
        _ query: AuditQuery,
        exactUpTo limit: Int
    ) throws(MusterError) -> ListTotal
}

/// Writes the audit log, which only grows.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol AuditWriter {
    /// Adds an event.
    func appendAuditEvent(_ event: AuditEvent) throws(MusterError)

    /// Appends events in their order.
    func appendAuditEvents(_ events: [AuditEvent]) throws(MusterError)
}
