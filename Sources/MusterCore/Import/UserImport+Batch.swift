import FoundationEssentials

extension UserImport {
    /// Says how lines would end, and changes nothing.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func preview(
        _ candidates: [ImportCandidate]
    ) async throws(MusterError) -> [ImportOutcome] {
        try await access.store.read(.bounded) { [self] reader throws(MusterError) in
            try access.readmitUnchanged(principal, in: reader).requireAdministrator()
            let names = candidates.map(\.username)
            let planner = try ImportPlanner(self, candidates, reader)
            var outcomes: [ImportOutcome] = []
            for (candidate, known) in zip(candidates, try reader.userIDs(named: names)) {
                outcomes.append(planner.plan(candidate, known: known).outcome)
            }
            return outcomes
        }
    }

    /// Prepares some lines to be written in one change of the store.
    ///
    /// - Parameter candidates: At most ``ImportService/batchSize`` lines.
    /// - Returns: What ``commit(_:stopsAtFailure:)`` takes.
    public func batch(_ candidates: [ImportCandidate]) -> ImportBatch {
        ImportBatch(self, candidates)
    }

    /// Makes the changes of some lines in one batch of the store, and returns when they are on disk.
    ///
    /// - Parameters:
    ///   - batch: The lines.
    ///   - stopsAtFailure: Whether a line that fails takes the others with it.
    /// - Returns: How each line ended, in their order.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope` where the caller has lost rights since
    ///   the import began; `store.unavailable`; where the import stops at failures, the first one, with the
    ///   line's number in the detail `line`.
    public func commit(
        _ batch: ImportBatch,
        stopsAtFailure: Bool
    ) async throws(MusterError) -> [ImportOutcome] {
        let (access, principal) = (access, principal)
        let made = try await access.store.writeBatch(of: caller) {
            transaction throws(MusterError) in
            let caller = try access.readmitUnchanged(principal, in: transaction)
            try caller.requireAdministrator()
            let made = try batch.make(in: transaction)
            guard stopsAtFailure else { return made }
            for (candidate, outcome) in zip(batch.candidates, made.outcomes) {
                if case .failed(let error) = outcome { throw candidate.ending(error) }
            }
            return made
        }
        for change in made.changes { await notices.tell(change) }
        return made.outcomes
    }
}

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
        let plans = zip(candidates, known).map { planner.plan($0, known: $1) }
        var outcomes = plans.map { $0.outcome }
        var newGroups = NewGroups(run)
        try create(plans, &outcomes, &newGroups, in: transaction)
        let changes = try update(plans, &outcomes, &newGroups, in: transaction)
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
        let ids = try transaction.insertUsers(created.map { arrivals[$0] }, at: now)
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
                if let change = try update.make(run, &newGroups, in: transaction) {
                    changes.append(change)
                }
            } catch {
                throw candidates[index].ending(error)
            }
        }
        return changes
    }

    /// What the audit log says of a new user who is in some groups.
    private func event(of index: Int, in groups: [Group]) -> AuditEvent {
        candidates[index].event(
            author,
            id: events[index].id,
            of: arrivals[index],
            at: now,
            in: groups
        )
    }
}

extension ImportCandidate {
    /// The failure of this line that takes its batch with it, because something of the line may have been written.
    fileprivate func ending(_ error: MusterError) -> MusterError {
        guard error.code != .storeUnavailable else { return error }
        var error = error
        error.details["line"] = "\(line.number)"
        return error
    }

    /// What the store is given where this becomes a new user.
    fileprivate func arrival(uuid: UUID, at now: Timestamp) -> UserInsertion {
        UserInsertion(
            uuid: uuid,
            draft: draft,
            password: hash.map {
                StoredPassword(hash: $0, isTemporary: line.isPasswordTemporary, changedAt: now)
            }
        )
    }

    /// What the audit log says where this becomes a new user.
    fileprivate func event(
        _ author: AuditAuthor,
        id: String,
        of arrival: UserInsertion,
        at now: Timestamp,
        in groups: [Group] = []
    ) -> AuditEvent {
        let user = User(id: UserID(rawValue: 0), uuid: arrival.uuid, draft: arrival.draft)
        var fields = user.creationFields(hasPassword: password != nil)
        if !groups.isEmpty {
            fields.append(AuditField("groups", groups.map(\.name).joined(separator: ", ")))
        }
        fields += Person.auditFields(person, changedFrom: nil)
        for key in keys { fields.append(AuditField("ssh_key.added", key.fingerprint)) }
        return author.event(.userCreate, id: id, at: now, on: AuditParty(user), fields: fields)
    }
}
