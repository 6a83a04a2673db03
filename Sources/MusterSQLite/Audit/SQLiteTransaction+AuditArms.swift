import FoundationEssentials
import MusterCore

extension SQLiteTransaction {
    /// The arms whose events, each once, are what a query asks for; none where no event can meet it.
    func arms(of query: AuditQuery) throws(MusterError) -> [AuditArm] {
        if query.matchesAny, !query.conditions.isEmpty { return try armsOfAny(query.conditions) }
        var span = AuditSpan()
        var choices: [[AuditArm]] = []
        var filters: [Filter] = []
        for condition in query.conditions {
            if let narrower = AuditSpan(condition) {
                span.narrow(to: narrower)
                continue
            }
            let (arms, filter) = try armsAndFilter(condition)
            guard !arms.isEmpty else { return [] }
            choices.append(arms)
            filters.append(filter)
        }
        guard !span.isEmpty else { return [] }
        guard var common = try bounded(AuditArm(), span) else { return [] }
        guard !choices.isEmpty else { return [common] }
        let driver = try rarest(choices, common)
        for (index, filter) in filters.enumerated() where index != driver {
            common.require(filter)
        }
        return choices[driver].map { $0.within(common) }
    }

    private typealias Filter = (text: StatementText, arguments: [(any SQLiteArgument)?])

    private func armsOfAny(
        _ conditions: [AuditQuery.Condition]
    ) throws(MusterError) -> [AuditArm] {
        var arms: [AuditArm] = []
        for condition in conditions {
            if let span = AuditSpan(condition) {
                if let arm = try bounded(AuditArm(), span) { arms.append(arm) }
            } else {
                arms += try armsAndFilter(condition).arms
            }
        }
        return arms
    }

    /// The arms of a condition that is not about time, and the condition as one that a row is asked.
    private func armsAndFilter(
        _ condition: AuditQuery.Condition
    ) throws(MusterError) -> (arms: [AuditArm], filter: Filter) {
        switch condition {
        case .date, .during: return ([], ("1", []))
        case .actor(let uuid): return ([.actor(uuid)], ("actor_uuid = ?", [uuid]))
        case .target(let uuid): return ([.target(uuid)], ("target_uuid = ?", [uuid]))
        case .action(let name):
            // SQLite ends a text at its first NUL; no action and no name has one.
            guard !name.utf8.contains(0) else { return ([], ("0", [])) }
            return ([.action(name)], ("action = ?", [name]))
        case .actorName(let name):
            guard !name.utf8.contains(0) else { return ([], ("0", [])) }
            let holder = try uuid(ofUserNamed: name)
            return (
                [.actor(named: name)] + (holder.map { [.actor($0)] } ?? []),
                (
                    """
                    (actor_kind = 'User' AND actor_name = ? COLLATE NOCASE OR actor_uuid = ?)
                    """,
                    [name, holder]
                )
            )
        case .targetName(let name):
            guard !name.utf8.contains(0) else { return ([], ("0", [])) }
            let holder = try uuid(ofUserNamed: name)
            return (
                [.target(named: name)] + (holder.map { [.target($0)] } ?? []),
                (
                    """
                    (target_kind = 'User' AND target_name = ? COLLATE NOCASE OR target_uuid = ?)
                    """,
                    [name, holder]
                )
            )
        }
    }

    private func uuid(ofUserNamed name: String) throws(MusterError) -> UUID? {
        try row("SELECT uuid FROM user WHERE username = ?", [name]) { $0.uuid(0) } ?? nil
    }

    /// Which of several conditions, all of which have to hold, the fewest events meet, as far as is looked.
    private func rarest(
        _ choices: [[AuditArm]],
        _ common: AuditArm
    ) throws(MusterError) -> Int {
        guard choices.count > 1 else { return 0 }
        var best = (index: 0, count: Int.max)
        for (index, arms) in choices.enumerated() {
            var count = 0
            for var arm in arms {
                (arm.first, arm.last) = (common.first, common.last)
                count += try self.count([arm], upTo: Self.probe).count
            }
            if count < best.count { best = (index, count) }
        }
        return best.index
    }

    /// How many events are looked at to tell a rare condition from a frequent one.
    private static let probe = 2048

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
            hasStrays = try hasLate(before: span.from, behind: first, lateness)
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
        behind id: Int64,
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

extension AuditArm {
    /// This arm between the ends, and with the filters, of another.
    fileprivate func within(_ other: AuditArm) -> AuditArm {
        var arm = self
        arm.first = other.first
        arm.last = other.last
        arm.filters = other.filters
        arm.filterArguments = other.filterArguments
        return arm
    }
}

extension Int64 {
    /// The number less so much, at least the least that there is.
    fileprivate func lowered(by amount: Int64) -> Int64 {
        let (result, overflows) = subtractingReportingOverflow(amount)
        return overflows ? .min : result
    }
}
