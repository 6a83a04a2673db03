import FoundationEssentials

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
