/// How refused attempts to sign in get into the audit log: the first few of a source in a minute one by one, the
/// rest as a count.
///
/// A flood of attempts would otherwise make the log grow by gigabytes a day, and hide in it what matters.
public enum RefusalAudit {
    /// How many attempts of one source in one minute have a record of their own.
    public static let recordedOneByOne = 20
    /// How many attempts of all sources together have a record of their own in one minute: twenty a second.
    public static let recordedInAll = 1200
    /// How many counts are written down in one change.
    static let batch = 500

    private static func recorded(of source: LoginSource) -> Int {
        source == .anywhere ? recordedInAll : recordedOneByOne
    }

    static func minute(of now: Timestamp) -> Timestamp {
        let minute: Int64 = 60_000
        return Timestamp(rawValue: now.rawValue - (now.rawValue % minute + minute) % minute)
    }

    /// Writes down the counts of the minutes that are over.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public static func settle(_ directory: Directory) async throws(MusterError) {
        while try await settleBatch(directory) {}
    }

    private static func settleBatch(_ directory: Directory) async throws(MusterError) -> Bool {
        let limit = minute(of: directory.clock.now())
        return try await directory.store.write { transaction throws(MusterError) in
            let counts = try transaction.takeRefusals(before: limit, most: batch)
            for (source, minute, count) in counts where count > recorded(of: source) {
                try transaction.appendAuditEvent(
                    directory.event(
                        .authenticatePassword,
                        isFailure: true,
                        actor: nil,
                        origin: Origin(address: nil, requestID: "counted"),
                        on: AuditParty(uuid: nil, name: "refused attempts"),
                        fields: [
                            AuditField("reason", "further attempts"),
                            AuditField("source", source.text),
                            AuditField("count", "\(count - recorded(of: source))"),
                            AuditField("minute", "\(minute.rawValue / 1000)"),
                        ]
                    )
                )
            }
            return counts.count == batch
        }
    }
}

extension DirectoryTransaction {
    /// Records a refused attempt by itself if it is among the first few of its source in this minute, and counts
    /// it in any case.
    ///
    /// It writes something for each, so that known and unknown names take the same time.
    func recordRefusal(
        _ event: AuditEvent,
        from source: LoginSource,
        _ directory: Directory
    ) throws(MusterError) {
        let minute = RefusalAudit.minute(of: directory.clock.now())
        // Sources are many where somebody has a large network; all of them together are bounded first.
        guard try countRefusal(from: .anywhere, in: minute) <= RefusalAudit.recordedInAll else {
            return
        }
        guard try countRefusal(from: source, in: minute) <= RefusalAudit.recordedOneByOne else {
            return
        }
        try appendAuditEvent(event)
    }
}
