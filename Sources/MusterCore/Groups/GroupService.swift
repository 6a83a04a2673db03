import FoundationEssentials
import TextBytes

/// What a group is made of.
public struct GroupDraft: Sendable {
    /// The name.
    public let name: String
    /// Whether single sign-on manages the members; nil if the caller does not say.
    public let isManagedBySAML: Bool?

    /// Checks a name: 1 to 255 characters, at most 1020 bytes, no control characters.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `name`.
    public init(name: String, isManagedBySAML: Bool?) throws(MusterError) {
        // The bytes first: looking at the characters of a long text takes long.
        guard !name.isEmpty, name.utf8.count <= Group.maximumNameBytes,
            name.count <= Group.maximumNameLength,
            !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw .invalid(
                "name",
                rule: "must have 1 to \(Group.maximumNameLength) characters, at most "
                    + "\(Group.maximumNameBytes) bytes and no control characters"
            )
        }
        self.name = name
        self.isManagedBySAML = isManagedBySAML
    }
}

/// Creates, lists, changes and deletes groups, and says who is in them.
public struct GroupService: Sendable {
    let access: DirectoryAccess

    init(_ access: DirectoryAccess) {
        self.access = access
    }

    /// All groups, the built-in one first, for anybody from the Basic role upwards, and where masks count for whoever
    /// may look at users.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required` or
    ///   `store.unavailable`.
    public func list(by principal: Principal) async throws(MusterError) -> [Group] {
        try await access.look(by: principal, .unbounded) { caller, reader throws(MusterError) in
            try caller.requireGroupReader()
            return [Group.everyone(userCount: try reader.userCount())] + (try reader.groups())
        }
    }

    /// All groups but the built-in one, whose members nobody counts for this; for those who may see ``list(by:)``.
    ///
    /// - Throws: as ``list(by:)``.
    public func made(by principal: Principal) async throws(MusterError) -> [Group] {
        try await access.look(by: principal, .unbounded) { caller, reader throws(MusterError) in
            try caller.requireGroupReader()
            return try reader.groups()
        }
    }

    /// The groups that a user was put into, without the built-in one, in the snapshot in which the user was read.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func groups(
        of user: User,
        in reader: any DirectoryReader
    ) throws(MusterError) -> [Group] {
        user.groups.isEmpty ? [] : try reader.groups(user.groups)
    }

    /// Creates a group.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `group.already_exists`, `store.unavailable`, or what `input` throws.
    public func create(
        by principal: Principal,
        _ input: () throws(MusterError) -> GroupDraft
    ) async throws(MusterError) -> Group {
        try principal.requireAdministrator()
        let draft = try input()
        try GroupService.refuseBuiltInName(draft.name)
        let access = access
        return try await access.change(by: principal, needing: .administrator) {
            principal,
            transaction throws(MusterError) in
            try access.makeGroup(draft, by: principal, in: transaction)
        }
    }

    /// Renames a group.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `group.not_found`, `group.immutable`, `group.already_exists`, `store.unavailable`, or what `input`
    ///   throws.
    public func edit(
        _ reference: GroupReference,
        by principal: Principal,
        _ input: () throws(MusterError) -> GroupDraft
    ) async throws(MusterError) -> Group {
        try principal.requireAdministrator()
        let asked = Result { () throws(MusterError) in try input() }
        let access = access
        return try await access.change(by: principal, needing: .administrator) {
            principal,
            transaction throws(MusterError) in
            var group = try transaction.existingGroup(reference, for: principal)
            let draft = try asked.get()
            try GroupService.requireMutable(group)
            try GroupService.refuseBuiltInName(draft.name)
            let before = group
            group.name = draft.name
            group.isManagedBySAML = draft.isManagedBySAML ?? group.isManagedBySAML
            guard group != before else { return group }
            try transaction.refuseLookalike(draft.name, besides: group.id)
            group.noteChange(at: access.clock.now())
            try transaction.updateGroup(group)
            let fields = GroupService.fields(of: group, changedFrom: before)
            try transaction.appendAuditEvent(
                access.event(.groupUpdate, by: principal, on: AuditParty(before), fields: fields)
            )
            return group
        }
    }

    /// Deletes a group that has no members.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `group.not_found`, `group.immutable`, `group.not_empty` or `store.unavailable`.
    public func delete(
        _ reference: GroupReference,
        by principal: Principal
    ) async throws(MusterError) {
        let access = access
        try await access.change(by: principal, needing: .administrator) {
            principal,
            transaction throws(MusterError) in
            let group = try transaction.existingGroup(reference, for: principal)
            try GroupService.requireMutable(group)
            guard group.userCount == 0 else {
                let container = access.identity.uuid.text
                throw MusterError(
                    .groupNotEmpty,
                    "Cannot delete Group[UUID=\(group.uuid.text), accountUUID=\(container)] that still "
                        + "has Users associated with it."
                )
            }
            try transaction.deleteGroup(group.id)
            try transaction.appendAuditEvent(
                access.event(.groupDelete, by: principal, on: AuditParty(group))
            )
        }
    }

    /// Finds a group by its reference, for administrators.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `group.not_found` or `store.unavailable`.
    public func details(
        _ reference: GroupReference,
        by principal: Principal
    ) async throws(MusterError) -> Group {
        // Only to count everybody goes through the whole directory.
        let extent: ReadExtent = reference.isEveryone ? .unbounded : .bounded
        return try await access.look(by: principal, extent) {
            caller,
            reader throws(MusterError) in
            var group = try reader.existingGroup(reference, for: caller)
            if group.isEveryone { group.userCount = try reader.userCount() }
            return group
        }
    }

    /// A group, as ``details(_:by:)``, in the snapshot of a reader; nil for the built-in one, whose members are not
    /// counted so quickly.
    ///
    /// - Throws: as ``details(_:by:)``.
    public func details(
        _ reference: GroupReference,
        by principal: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> Group? {
        let group = try reader.existingGroup(reference, for: principal)
        return group.isEveryone ? nil : group
    }

    /// Puts a user into a group, or takes it out.
    ///
    /// Either is done when nothing had to change, too.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `group.not_found`, `user.not_found`, `group.immutable`, `access.escalation` or `store.unavailable`.
    public func setMembership(
        of user: UserReference,
        in group: GroupReference,
        isMember: Bool,
        by principal: Principal
    ) async throws(MusterError) {
        let access = access
        try await access.change(by: principal, needing: .administrator) {
            principal,
            transaction throws(MusterError) in
            let group = try transaction.existingGroup(group, for: principal)
            let user = try transaction.existing(user)
            try GroupService.requireMutable(group)
            try principal.requirePower(over: user)
            let hasChanged =
                isMember
                ? try transaction.addMember(user.id, to: group.id)
                : try transaction.removeMember(user.id, from: group.id)
            guard hasChanged else { return }
            try transaction.touch(group, at: access.clock.now())
            let field = AuditField(isMember ? "member.added" : "member.removed", user.username.text)
            try transaction.appendAuditEvent(
                access.event(.groupUpdate, by: principal, on: AuditParty(group), fields: [field])
            )
        }
    }

    static func fields(of group: Group, changedFrom before: Group) -> [AuditField] {
        var fields: [AuditField] = []
        if group.name != before.name { fields.append(AuditField("name", group.name)) }
        if group.isManagedBySAML != before.isManagedBySAML {
            let value = group.isManagedBySAML.map { "\($0)" } ?? "none"
            fields.append(AuditField("managed_by_saml", value))
        }
        if group.externalID.map({ ByteText($0) }) != before.externalID.map({ ByteText($0) }) {
            fields.append(AuditField("external_id", group.externalID ?? "none"))
        }
        return fields
    }

    static func requireMutable(_ group: Group) throws(MusterError) {
        guard !group.isEveryone else {
            throw MusterError(.groupImmutable, "The group All Users cannot be changed.")
        }
    }

    /// Refuses the name of the group that everybody is in.
    ///
    /// - Throws: ``MusterError`` with code `group.already_exists`.
    static func refuseBuiltInName(_ name: String) throws(MusterError) {
        guard GroupLook(name) != .everyone else {
            throw MusterError(.groupAlreadyExists, "Duplicate Group name")
        }
    }
}

extension DirectoryAccess {
    /// Makes a group, with its event.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `group.already_exists` or
    ///   `store.unavailable`.
    func makeGroup(
        _ draft: GroupDraft,
        externalID: String? = nil,
        by principal: Principal,
        in transaction: any DirectoryTransaction
    ) throws(MusterError) -> Group {
        try principal.requireAdministrator()
        try transaction.refuseLookalike(draft.name, besides: nil)
        let group = try transaction.insertGroup(
            uuid: UUID.random(from: random),
            name: draft.name,
            isManagedBySAML: draft.isManagedBySAML,
            externalID: externalID,
            at: clock.now()
        )
        let managed = group.isManagedBySAML.map { [AuditField("managed_by_saml", "\($0)")] } ?? []
        try transaction.appendAuditEvent(
            event(.groupCreate, by: principal, on: AuditParty(group), fields: managed)
        )
        return group
    }
}

extension GroupReference {
    /// Whether it names the group that everybody is in.
    var isEveryone: Bool {
        switch self {
        case .id(let id): id == GroupID(rawValue: 0)
        case .uuid(let uuid): uuid == Group.everyoneUUID
        case .name(let name):
            name.utf8.count <= Group.maximumNameBytes && GroupLook(name) == .everyone
        }
    }
}

extension GroupWriter {
    /// Says that a group's members have changed.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func touch(_ group: Group, at now: Timestamp) throws(MusterError) {
        var group = group
        group.noteChange(at: now)
        try updateGroup(group)
    }
}

extension GroupReader {
    /// The group, which has to exist, for administrators; the built-in one without a count of its members.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`, `group.not_found` or
    ///   `store.unavailable`.
    func existingGroup(
        _ reference: GroupReference,
        for principal: Principal
    ) throws(MusterError) -> Group {
        try principal.requireAdministrator()
        guard !reference.isEveryone else { return Group.everyone(userCount: 0) }
        if case .name(let name) = reference, name.utf8.count > Group.maximumNameBytes {
            throw .noSuchGroup
        }
        return try existingGroup(reference)
    }

    /// The group, which has to exist.
    ///
    /// - Throws: ``MusterError`` with code `group.not_found` or `store.unavailable`.
    func existingGroup(_ reference: GroupReference) throws(MusterError) -> Group {
        guard let group = try group(reference) else { throw .noSuchGroup }
        return group
    }
}

extension MusterError {
    static var noSuchGroup: MusterError {
        MusterError(.groupNotFound, "The group does not exist.")
    }
}
