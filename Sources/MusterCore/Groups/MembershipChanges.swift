import FoundationEssentials

/// What becomes of a group's members in one change, with its records.
struct MembershipChanges {
    /// How many members one record of the audit log names.
    private static let namedAtOnce = 100

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
            var missing: [UUID] = []
            for uuid in uuids where try !set(uuid, true, in: transaction) {
                missing.append(uuid)
            }
            // One who has gone must not keep all others out.
            guard missing.count < uuids.count || uuids.isEmpty else {
                throw .invalid(
                    "members",
                    "There is no user \(missing[0].text), and none of the others named.",
                    rule: "names nobody who is there"
                )
            }
            if !missing.isEmpty {
                let names = missing.prefix(10).map(\.text).joined(separator: ", ")
                fields.append(AuditField("member.unknown", names))
            }
        case .remove(let uuids):
            for uuid in uuids { _ = try set(uuid, false, in: transaction) }
        case .replace(let uuids):
            let wanted = Set(uuids)
            let present = try transaction.memberUUIDs(of: group.id)
            for uuid in present where !wanted.contains(uuid) {
                _ = try set(uuid, false, in: transaction)
            }
            try make(.add(uuids), in: transaction)
        }
    }

    /// Puts a user in or takes it out; answers whether there is such a user.
    private mutating func set(
        _ uuid: UUID,
        _ isMember: Bool,
        in transaction: any DirectoryTransaction
    ) throws(MusterError) -> Bool {
        guard let user = try transaction.user(.uuid(uuid)) else { return false }
        guard user.groups.contains(group.uuid) != isMember else { return true }
        try caller.requirePower(over: user)
        _ =
            isMember
            ? try transaction.addMember(user.id, to: group.id)
            : try transaction.removeMember(user.id, from: group.id)
        fields.append(
            AuditField(isMember ? "member.added" : "member.removed", user.username.text)
        )
        return true
    }

    /// Writes the records, of which each names so many members.
    func record(in transaction: any DirectoryTransaction) throws(MusterError) {
        guard !fields.isEmpty else { return }
        if fields.contains(where: { $0.key != "member.unknown" }) {
            try transaction.touch(
                try transaction.existingGroup(.id(group.id)),
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
