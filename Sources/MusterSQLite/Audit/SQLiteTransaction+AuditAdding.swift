import CSQLiteSetup
import MusterCore
import MusterSQL

/// How records come into the log: those of a group by one statement for several, which takes two thirds of the time.
extension SQLiteTransaction {
    private static let columns: StatementText = """
        event_id, at, action, is_failure,
        actor_kind, actor_uuid, actor_name,
        impersonated_kind, impersonated_uuid, impersonated_name,
        address, request_id,
        target_kind, target_uuid, target_name, fields
        """

    /// The most records of a group's changes that one statement writes.
    private static let most = 16

    /// Statements that write one record, two, and so on.
    private static let insertions = (1...most).map(recordInsertion(of:))
    /// What writes the records of a change that has many, as a batch of an import.
    private static let manyRecordsInsertion = recordInsertion(of: rowsAtOnce)

    private static func recordInsertion(of count: Int) -> StatementText {
        let places = [StatementText](
            repeating: "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            count: count
        )
        return """
            INSERT INTO audit_event (\(columns), late_by)
            VALUES \(StatementText(joining: places, separator: ", "))
            """
    }

    func appendAuditEvent(_ event: AuditEvent) throws(MusterError) {
        guard let tally, tally.isTogether else { return try write(event) }
        tally.keep(event)
        // Where the change fails the record has to go with it.
        hasUncountedChanges = true
        if tally.events.count >= Self.most { try writeEvents() }
    }

    func appendAuditEvents(_ events: [AuditEvent]) throws(MusterError) {
        let parts = events.inWholeParts(of: Self.rowsAtOnce)
        if !parts.isEmpty {
            // What came before them stands before them.
            try writeEvents()
            try requireTransaction()
            let before = handle.totalChanges
            for part in parts { try write(part, by: Self.manyRecordsInsertion) }
            tally?.noteAddition(from: before, to: handle.totalChanges)
        }
        for event in events.dropFirst(parts.count * Self.rowsAtOnce) { try appendAuditEvent(event) }
    }

    /// Writes the records of the group that are not written yet: before anything reads the log, and before the commit.
    func writeEvents() throws(MusterError) {
        guard let tally, !tally.events.isEmpty else { return }
        let events = tally.takeEvents()
        try requireTransaction()
        let before = handle.totalChanges
        if events.count == 1 {
            try write(events[0])
        } else {
            try write(events[...], by: Self.insertions[events.count - 1])
        }
        tally.noteAddition(from: before, to: handle.totalChanges)
    }

    /// Refuses to go on where SQLite has ended the transaction, as it does after some errors: a record would be its own.
    private func requireTransaction() throws(MusterError) {
        try translating {
            guard handle.isInTransaction else { throw SQLiteError(SQLITE_ABORT) }
        }
    }

    /// Writes as many records as a statement has places for.
    private func write(
        _ events: ArraySlice<AuditEvent>,
        by statement: StatementText
    ) throws(MusterError) {
        var latest = try row("SELECT max(at) FROM audit_event", []) { $0.optionalTimestamp(0) }
            .flatMap(\.self)
        try run(statement) { places in
            for event in events {
                places.bind(event)
                let lateBy = latest.map { $0.rawValue - event.at.rawValue } ?? 0
                places.bind(lateBy > 0 ? lateBy : nil)
                latest = max(latest ?? event.at, event.at)
            }
        }
    }

    private func write(_ event: AuditEvent) throws(MusterError) {
        try run(
            """
            INSERT INTO audit_event (\(Self.columns), late_by)
            VALUES (
                ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                nullif(max(0, (SELECT max(at) FROM audit_event) - ?), 0)
            )
            """
        ) { places in
            places.bind(event)
            places.bind(event.at.rawValue)
        }
    }

    /// Adds an event to a copy of a directory in which it is not yet written how late events came: what brings the copy up
    /// to date writes that of all.
    func appendAuditEventAsBefore(_ event: AuditEvent) throws(MusterError) {
        try writeEvents()
        try run(
            """
            INSERT INTO audit_event (\(Self.columns))
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ) { $0.bind(event) }
    }
}

extension StatementPlaces {
    /// Puts an event into the next sixteen places.
    fileprivate mutating func bind(_ event: AuditEvent) {
        bind(event.id)
        bind(event.at.rawValue)
        bind(event.action.rawValue)
        bind(event.isFailure)
        bind(event.actor)
        bind(event.impersonated)
        bind(event.address)
        bind(event.requestID)
        bind(event.target)
        bind(AuditFieldText.encode(event.fields))
    }

    /// Puts a party into the next three places: kind, UUID and name.
    fileprivate mutating func bind(_ party: AuditParty?) {
        bind(party?.kind.rawValue)
        bind(party?.uuid)
        bind(party?.name)
    }
}
