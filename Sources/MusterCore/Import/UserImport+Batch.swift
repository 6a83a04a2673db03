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
                outcomes.append(try planner.plan(candidate, known: known).outcome)
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

extension ImportCandidate {
    /// The failure of this line that takes its batch with it, because something of the line may have been written.
    func ending(_ error: MusterError) -> MusterError {
        guard error.code != .storeUnavailable else { return error }
        var error = error
        error.details["line"] = "\(line.number)"
        return error
    }

    /// What the store is given where this becomes a new user.
    func arrival(uuid: UUID, at now: Timestamp) -> UserInsertion {
        UserInsertion(
            uuid: uuid,
            draft: draft,
            password: hash.map {
                StoredPassword(hash: $0, isTemporary: line.isPasswordTemporary, changedAt: now)
            }
        )
    }

    /// What the audit log says where this becomes a new user.
    func event(
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
