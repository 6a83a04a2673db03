/// How refused attempts to sign in get into the audit log: the first few of a source, at a user and by a caller in a
/// minute one by one, the rest as counts; and so do logins of a user beyond some.
///
/// A flood of attempts would otherwise make the log grow by gigabytes a day, and hide in it what matters. Nothing that is
/// refused is without a trace: what has no record of its own is counted with its source, its target and its asker, and by
/// neighbourhood where there are very many sources.
public enum RefusalAudit {
    /// How many attempts of one source in one minute have a record of their own; as many at one user.
    public static let recordedOneByOne = 20
    /// How many attempts by one caller: an application has many users.
    public static let recordedOfAsker = 120
    /// How many attempts at names that nobody has have a record of their own in one minute, and as many at users.
    ///
    /// Twenty a second. Neither takes room from the other.
    public static let recordedInAll = 1200
    /// How many logins of one user in one minute have records of their own.
    public static let signInsOneByOne = 30
    /// How many sources, neighbourhoods and targets each are counted by themselves in one minute.
    static let countedApart = 1200
    /// How many counts are written down in one change.
    static let batch = 500

    static func minute(of now: Timestamp) -> Timestamp {
        let minute: Int64 = 60_000
        return Timestamp(rawValue: now.rawValue - (now.rawValue % minute + minute) % minute)
    }

    /// Writes down the counts of the minutes that are over, and of those that were counted while the clock was ahead: they would
    /// stay out of the log until that time comes.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public static func settle(_ access: DirectoryAccess) async throws(MusterError) {
        while try await settleBatch(access) {}
    }

    private static func settleBatch(_ access: DirectoryAccess) async throws(MusterError) -> Bool {
        let now = access.clock.now()
        let limit = minute(of: now)
        return try await access.store.write { transaction throws(MusterError) in
            let counts = try transaction.takeRefusals(
                before: limit,
                orAfter: now.advanced(by: Timestamp.clockTolerance),
                most: batch
            )
            for (key, minute, count) in counts {
                guard let tally = AuditTally(key) else { continue }
                try transaction.append(tally, minute, isAhead: minute >= limit, count, access)
            }
            return counts.count == batch
        }
    }
}

extension DirectoryTransaction {
    /// Records a refused attempt by itself if it is among the first few of its source, at its target and by its asker in
    /// this minute, and counts it in any case.
    ///
    /// It writes as much for unknown names as for known ones, so that both take the same time.
    func recordRefusal(
        _ event: AuditEvent,
        from source: LoginSource,
        _ access: DirectoryAccess
    ) throws(MusterError) {
        let minute = RefusalAudit.minute(of: access.clock.now())
        let (target, asker) = (event.target?.uuid, event.actor?.uuid)
        let place = try countedPlace(of: source, in: minute)
        var isOne = try countRefusal(from: place, in: minute) <= RefusalAudit.recordedOneByOne
        isOne = isOne && place != .anywhere && !access.isDiskShort
        // What one source has too many of takes no room from others.
        if isOne, let asker {
            isOne =
                try countRefusal(from: AuditBound.asker(asker), in: minute)
                <= RefusalAudit.recordedOfAsker
        }
        if isOne {
            let most =
                target == nil ? RefusalAudit.recordedInAll : RefusalAudit.recordedOneByOne
            isOne = try countRefusal(from: AuditBound.target(target), in: minute) <= most
        }
        if isOne, target != nil {
            isOne =
                try countRefusal(from: AuditBound.anybody, in: minute)
                <= RefusalAudit.recordedInAll
        }
        guard !isOne else {
            try appendAuditEvent(event)
            return
        }
        try count(AuditTally(.refused, from: place, target: target, asker: asker), in: minute)
    }

    /// Records what belongs to a login of a user, or counts it where the user has had many in this minute.
    ///
    /// An administrator's are always recorded one by one.
    func recordSignIn(
        _ events: [AuditEvent],
        of user: User,
        from source: LoginSource,
        _ access: DirectoryAccess
    ) throws(MusterError) {
        let minute = RefusalAudit.minute(of: access.clock.now())
        let number = try countRefusal(from: AuditBound.signIns(user.uuid), in: minute)
        let isOne = number <= RefusalAudit.signInsOneByOne && !access.isDiskShort
        guard isOne || !user.administratorRights.isEmpty else {
            let asker = events.first?.actor?.uuid
            let tally = AuditTally(
                .signedIn,
                from: try countedPlace(of: source, in: minute),
                target: user.uuid,
                asker: asker == user.uuid ? nil : asker
            )
            try count(tally, in: minute)
            return
        }
        try appendAuditEvents(events)
    }

    /// The source itself, or where there are very many in this minute its neighbourhood, or all together.
    private func countedPlace(
        of source: LoginSource,
        in minute: Timestamp
    ) throws(MusterError) -> LoginSource {
        if try hasRoom(for: source, AuditBound.sources, in: minute) { return source }
        guard let near = source.neighbourhood.map({ LoginSource(stored: $0) }),
            try hasRoom(for: near, AuditBound.neighbourhoods, in: minute)
        else { return .anywhere }
        return near
    }

    /// Counts what has no record of its own.
    private func count(_ tally: AuditTally, in minute: Timestamp) throws(MusterError) {
        if try hasRoom(for: tally.key, AuditBound.tallies, in: minute) {
            _ = try countRefusal(from: tally.key, in: minute)
            return
        }
        // Too many pairs to be told apart: the source by itself, and the target by itself.
        let place = AuditTally(tally.kind, from: LoginSource(stored: tally.place))
        _ = try countRefusal(from: place.key, in: minute)
        guard tally.target != nil else { return }
        let target = AuditTally(tally.kind, from: .anywhere, target: tally.target)
        guard try hasRoom(for: target.key, AuditBound.targets, in: minute) else { return }
        _ = try countRefusal(from: target.key, in: minute)
    }

    /// Whether something is counted by itself in this minute, or may be from now on.
    private func hasRoom(
        for key: LoginSource,
        _ bound: LoginSource,
        in minute: Timestamp
    ) throws(MusterError) -> Bool {
        if try refusals(from: key, in: minute) > 0 { return true }
        guard try refusals(from: bound, in: minute) < RefusalAudit.countedApart else {
            return false
        }
        _ = try countRefusal(from: bound, in: minute)
        return true
    }

    /// Writes a count down.
    fileprivate func append(
        _ tally: AuditTally,
        _ minute: Timestamp,
        isAhead: Bool,
        _ count: Int,
        _ access: DirectoryAccess
    ) throws(MusterError) {
        let target = try tally.target.flatMap { uuid throws(MusterError) in
            try user(.uuid(uuid)).map { AuditParty($0) } ?? AuditParty(uuid: uuid, name: "")
        }
        let asker = try tally.asker.flatMap { uuid throws(MusterError) in
            try user(.uuid(uuid)).map { AuditParty($0) } ?? AuditParty(uuid: uuid, name: "")
        }
        let isFailure = tally.kind == .refused
        let none = AuditParty(uuid: nil, name: "refused attempts")
        try appendAuditEvent(
            access.event(
                .authenticatePassword,
                isFailure: isFailure,
                actor: asker,
                origin: RequestSource(address: nil, requestID: "counted"),
                on: target ?? none,
                fields: [
                    AuditField("reason", isFailure ? "further attempts" : "further logins"),
                    AuditField("source", tally.place),
                    AuditField("count", "\(count)"),
                    AuditField("minute", "\(minute.rawValue / 1000)"),
                ] + (isAhead ? [AuditField("clock", "was ahead")] : [])
            )
        )
    }
}

extension DirectoryAccess {
    /// Whether what anybody may have written down is only counted, because the disk is nearly full.
    fileprivate var isDiskShort: Bool { diskRoom.isShort(store, at: clock.now()) }
}
