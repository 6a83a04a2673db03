import FoundationEssentials

/// Some lines and what is prepared for them before the store is asked.
public struct ImportBatch: Sendable {
    private let run: UserImport
    /// The lines.
    public let candidates: [ImportCandidate]
    private let now: Timestamp
    /// One for each candidate, for the case that it becomes a new user, and its event if that is in no group.
    private let arrivals: [UserInsertion]
    private let events: [AuditEvent]
    private let author: AuditAuthor

    init(_ run: UserImport, _ candidates: [ImportCandidate]) {
        let now = run.access.clock.now()
        self.run = run
        self.candidates = candidates
        self.now = now
        let author = AuditAuthor(run.principal)
        let random = run.access.random
        let uuids = UUID.inOrder(candidates.count, from: random)
        let arrivals = zip(candidates, uuids).map { $0.arrival(uuid: $1, at: now) }
        // Random bytes for all in one go: each asking is a call of the kernel.
        let ids = random.bytes(16 * candidates.count)
        events = candidates.indices.map { index in
            let id = Hex.text(ids[16 * index..<16 * (index + 1)])
            return candidates[index].event(author, id: id, of: arrivals[index], at: now)
        }
        self.arrivals = arrivals
        self.author = author
    }

    /// What became of each line, and what is told when that is committed.
    typealias Made = (outcomes: [ImportOutcome], changes: [AccountChange])

    func make(in transaction: any DirectoryTransaction) throws(MusterError) -> Made {
        let known: [UserID?] =
            run.options.mode == .create
            ? Array(repeating: nil, count: candidates.count)
            : try transaction.userIDs(named: candidates.map(\.username))
        let planner = try ImportPlanner(run, candidates, transaction)
        let plans = try zip(candidates, known).map { candidate, known throws(MusterError) in
            try planner.plan(candidate, known: known)
        }
        var outcomes = plans.map { $0.outcome }
        var newGroups = NewGroups(run)
        try create(plans, &outcomes, &newGroups, in: transaction)
        let changes = try update(plans, &outcomes, &newGroups, in: transaction)
        try transaction.touchGroups(of: plans, outcomes, at: run.access.clock.now())
        return (outcomes, changes)
    }

    /// Makes the new users and records them.
    private func create(
        _ plans: [ImportPlan],
        _ outcomes: inout [ImportOutcome],
        _ newGroups: inout NewGroups,
        in transaction: any DirectoryTransaction
    ) throws(MusterError) {
        let created = plans.indices.filter { plans[$0].isCreation }
        // At the moment of the change, and not of the batch, which may have waited since: whoever has seen what was changed
        // meanwhile asks for what is newer, and would not hear of them.
        let ids = try transaction.insertUsers(
            created.map { arrivals[$0] },
            at: run.access.clock.now()
        )
        // Those of all lines are ready; only where one is not right is a copy made.
        var events = events
        var isWritten = Array(repeating: false, count: events.count)
        for (index, id) in zip(created, ids) {
            guard let id else {
                outcomes[index] = .failed(run.taken(candidates[index].username))
                continue
            }
            outcomes[index] = .created(id, administersBy: candidates[index].administratorRights)
            isWritten[index] = true
            do {
                if let person = candidates[index].person {
                    try transaction.replacePerson(of: id, with: person)
                }
                let groups = try plans[index].additions.make(to: id, &newGroups, in: transaction)
                if !groups.isEmpty { events[index] = event(of: index, in: groups) }
            } catch {
                throw candidates[index].ending(error)
            }
        }
        if isWritten.contains(false) {
            events = zip(events, isWritten).compactMap { $1 ? $0 : nil }
        }
        try transaction.appendAuditEvents(events)
    }

    /// Makes the changes of users who exist.
    ///
    /// - Returns: What is told of them when they are committed.
    private func update(
        _ plans: [ImportPlan],
        _ outcomes: inout [ImportOutcome],
        _ newGroups: inout NewGroups,
        in transaction: any DirectoryTransaction
    ) throws(MusterError) -> [AccountChange] {
        var changes: [AccountChange] = []
        for (index, plan) in plans.enumerated() {
            guard case .update(let update) = plan else { continue }
            do {
                try update.check(in: transaction)
            } catch {
                guard error.code != .storeUnavailable else { throw error }
                outcomes[index] = .failed(error)
                continue
            }
            do {
                let change = try update.make(run, &newGroups, in: transaction)
                // Most lines of a long import tell nothing, and are not kept for that.
                if !change.news.isEmpty { changes.append(change) }
            } catch {
                throw candidates[index].ending(error)
            }
        }
        return changes
    }

    /// What the audit log says of a new user who is in some groups.
    func event(of index: Int, in groups: [Group]) -> AuditEvent {
        candidates[index].event(
            author,
            id: events[index].id,
            of: arrivals[index],
            at: now,
            in: groups
        )
    }
}
