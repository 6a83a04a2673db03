import MusterCore
import MusterSQL

extension SQLiteTransaction {
    /// An arm between the places in the log where the events of a span of time begin and end; nil if there are none.
    ///
    /// Times ascend along the log but for events that came late, because a clock was set back. An event before which
    /// all others are older is found by its time in an index; of late ones it is known how late the latest came, so
    /// that those that can belong to the span are few.
    func bounded(_ arm: AuditArm, _ span: AuditSpan) throws(MusterError) -> AuditArm? {
        guard !span.isEmpty else { return nil }
        guard !span.isEverything else { return arm }
        var arm = arm
        var hasStrays = false
        let lateness: Int64 =
            try row(
                """
                SELECT max(late_by) FROM audit_event INDEXED BY audit_event_lateness
                WHERE late_by IS NOT NULL
                """,
                []
            ) { $0[0] as Int64? ?? 0 } ?? 0
        if span.from > .min {
            guard let first = try firstEvent(from: span.from) else { return nil }
            arm.first = first
            hasStrays = try hasLate(before: span.from, after: first, lateness)
        }
        if span.until < .max {
            let last = try lastEvent(until: span.until)
            let late = try lastLate(until: span.until, from: last?.at ?? span.until, lateness)
            guard last != nil || late != nil else { return nil }
            arm.last = max(last?.id ?? .min, late ?? .min)
            hasStrays = hasStrays || arm.last != last?.id
        }
        if hasStrays { arm.require(("at >= ? AND at <= ?", [span.from, span.until])) }
        return arm
    }

    // Of one moment the index has those that came in time before the late ones, and each in the log's order.
    private func firstEvent(from start: Int64) throws(MusterError) -> Int64? {
        try row(
            """
            SELECT id FROM audit_event INDEXED BY audit_event_by_time
            WHERE at >= ? AND late_by IS NULL
            ORDER BY at
            LIMIT 1
            """,
            [start]
        ) { $0[0] }
    }

    private func lastEvent(until end: Int64) throws(MusterError) -> (id: Int64, at: Int64)? {
        try row(
            """
            SELECT id, at FROM audit_event INDEXED BY audit_event_by_time
            WHERE at <= ? AND late_by IS NULL
            ORDER BY at DESC
            LIMIT 1
            """,
            [end]
        ) { ($0[0], $0[1]) }
    }

    private func hasLate(
        before start: Int64,
        after id: Int64,
        _ lateness: Int64
    ) throws(MusterError) -> Bool {
        let found: Int64? = try row(
            """
            SELECT id FROM audit_event INDEXED BY audit_event_late
            WHERE late_by IS NOT NULL AND at < ? AND at >= ? AND id > ?
            LIMIT 1
            """,
            [start, start.lowered(by: lateness), id]
        ) { $0[0] }
        return found != nil
    }

    private func lastLate(
        until end: Int64,
        from start: Int64,
        _ lateness: Int64
    ) throws(MusterError) -> Int64? {
        try row(
            """
            SELECT max(id) FROM audit_event INDEXED BY audit_event_late
            WHERE late_by IS NOT NULL AND at <= ? AND at >= ?
            """,
            [end, start.lowered(by: lateness)]
        ) { $0[0] } ?? nil
    }
}

extension Int64 {
    /// The number less so much, at least the least that there is.
    fileprivate func lowered(by amount: Int64) -> Int64 {
        let (result, overflows) = subtractingReportingOverflow(amount)
        return overflows ? .min : result
    }
}
