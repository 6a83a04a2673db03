import FoundationEssentials

/// What becomes of a group's members in one change, with its records.
struct MembershipChanges {
    /// How many members one record of the audit log names.
    private static let namedAtOnce = 100
    /// How many users that are named are looked up, and come or go, at a time.
    private static let lookedUpAtOnce = 500
    /// How many members are read, and taken out of a group that is deleted, at a time.
    static let batch = 2_000
    /// The most members whom one change takes out that it does not name: as many as it might name.
    static let mostUnnamed = 20_000

    private let access: DirectoryAccess
    private let caller: Principal
    private let group: Group
    private var fields: [AuditField] = []

    init(_ access: DirectoryAccess, _ caller: Principal, _ group: Group) {
        self.access = access
        self.caller = caller
        self.group = group
    }

    mutating func make(
        _ step: GroupRevision.Step,
        in transaction: any DirectoryTransaction
    ) throws(MusterError) {
        switch step {
        case .add(let uuids):
            try add(uuids, in: transaction)
        case .remove(let uuids):
            _ = try set(uuids, false, in: transaction)
        case .replace(let uuids):
            let kept = try takeOut(allBut: Set(uuids), in: transaction)
            try add(uuids.filter { !kept.contains($0) }, besides: kept.count, in: transaction)
        }
    }

    /// Puts users in, besides so many that were named and are in already.
    private mutating func add(
        _ uuids: [UUID],
        besides known: Int = 0,
        in transaction: any DirectoryTransaction
    ) throws(MusterError) {
        let missing = try set(uuids, true, in: transaction)
        guard !missing.isEmpty else { return }
        // One who has gone must not keep all others out.
        guard missing.count < uuids.count + known else {
            throw .invalid(
                "members",
                "There is no user \(missing[0].text), and none of the others named.",
                rule: "names nobody who is there"
            )
        }
        let names = missing.prefix(10).map(\.text).joined(separator: ", ")
        fields.append(AuditField("member.unknown", names))
    }

    /// Takes all members out but some.
    ///
    /// However many there are, they are read page by page, and those that follow each other go in one step.
    ///
    /// - Returns: Those that stay.
    private mutating func takeOut(
        allBut wanted: Set<UUID>,
        in transaction: any DirectoryTransaction
    ) throws(MusterError) -> Set<UUID> {
        var kept: Set<UUID> = []
        var run: ClosedRange<UserID>?
        var runs: [ClosedRange<UserID>] = []
        var count = 0
        try transaction.forEachMember(of: group.id) { member throws(MusterError) in
            guard !wanted.contains(member.uuid) else {
                kept.insert(member.uuid)
                if let run { runs.append(run) }
                run = nil
                return
            }
            count += 1
            guard count <= Self.mostUnnamed else { throw MembershipChanges.tooMany }
            try note(member)
            run = (run?.lowerBound ?? member.id)...member.id
        }
        if let run { runs.append(run) }
        for run in runs { try transaction.removeMembers(run, from: group.id) }
        return kept
    }

    /// Takes the first members out, a batch of them.
    ///
    /// - Returns: How many.
    mutating func takeOutBatch(in transaction: any DirectoryTransaction) throws(MusterError) -> Int
    {
        let members = try transaction.members(of: group.id, after: nil, limit: Self.batch)
        guard let first = members.first, let last = members.last else { return 0 }
        for member in members { try note(member) }
        try transaction.removeMembers(first.id...last.id, from: group.id)
        return members.count
    }

    /// Notes a member that is being taken out, if the caller may do that.
    private mutating func note(_ member: GroupMember) throws(MusterError) {
        try caller.requirePower(over: member)
        fields.append(AuditField("member.removed", member.username.text))
    }

    private static let tooMany = MusterError.invalid(
        "members",
        "This takes more than \(mostUnnamed) members out of the group, and everybody would wait for it. Delete the group, or "
            + "name those who go in several changes.",
        rule: "take out at most \(mostUnnamed) members at a time"
    )

    /// Puts users in or takes them out, some at a time.
    ///
    /// - Returns: Those of them whom there are not.
    private mutating func set(
        _ uuids: [UUID],
        _ isMember: Bool,
        in transaction: any DirectoryTransaction
    ) throws(MusterError) -> [UUID] {
        var missing: [UUID] = []
        for start in stride(from: 0, to: uuids.count, by: Self.lookedUpAtOnce) {
            let some = Array(uuids[start..<min(start + Self.lookedUpAtOnce, uuids.count)])
            var found: [UUID: (user: GroupMember, isMember: Bool)] = [:]
            for one in try transaction.candidates(some, of: group.id) { found[one.user.uuid] = one }
            var changed: [UserID] = []
            for uuid in some {
                guard let one = found[uuid] else {
                    missing.append(uuid)
                    continue
                }
                guard one.isMember != isMember else { continue }
                try caller.requirePower(over: one.user)
                found[uuid]?.isMember = isMember
                changed.append(one.user.id)
                fields.append(
                    AuditField(
                        isMember ? "member.added" : "member.removed",
                        one.user.username.text
                    )
                )
            }
            guard !changed.isEmpty else { continue }
            try transaction.setMembers(changed, of: group.id, isMember: isMember)
        }
        return missing
    }

    /// Writes the records, of which each names so many members.
    func record(in transaction: any DirectoryTransaction) throws(MusterError) {
        guard !fields.isEmpty else { return }
        if fields.contains(where: { $0.key != "member.unknown" }) {
            try transaction.touch(
                [try transaction.existingGroup(.id(group.id))],
                at: access.clock.now()
            )
        }
        var rest = fields[...]
        while !rest.isEmpty {
            try transaction.appendAuditEvent(
                access.event(
                    .groupUpdate,
                    by: caller,
                    on: AuditParty(group),
                    fields: Array(rest.prefix(Self.namedAtOnce))
                )
            )
            rest = rest.dropFirst(Self.namedAtOnce)
        }
    }
}
