import FoundationEssentials
import MusterCore
import MusterSQL

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

    private typealias Filter = (text: StatementText, arguments: [(any SQLArgument)?])

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
                [.actor(named: name, holder: holder)],
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
                [.target(named: name, holder: holder)],
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
