import LDAPWire
import MusterCore
import TextBytes

extension LDAPWriter {
    /// The classes of which a new group may be.
    private static let groupClasses: Set<LDAPObjectClass> = [
        .top, .groupOfNames, .groupOfUniqueNames, .posixGroup,
    ]

    func addGroup(
        _ name: String,
        _ add: LDAPAdd,
        by caller: Principal
    ) async throws(LDAPResult) {
        try requireAdministrator(caller)
        var change = LDAPGroupChange(tree)
        for (attribute, values) in try attributes(of: add) {
            switch attribute {
            case .objectClass: try requireClasses(values, of: Self.groupClasses)
            case .cn: try requireName(name, values)
            default: try change.take(.add, attribute, values)
            }
        }
        let verdict = LDAPVerdict()
        try await verdict.judging { [change] () async throws(MusterError) in
            _ = try await groups.create(by: caller) { () throws(MusterError) in
                var revision = GroupRevision()
                revision.draft = try GroupDraft(name: name, isManagedBySAML: nil)
                return revision
            } steps: { group, reader throws(MusterError) in
                try change.revision(of: group, in: reader, verdict)
            }
        }
    }

    func modifyGroup(
        _ name: String,
        _ modify: LDAPModify,
        by caller: Principal
    ) async throws(LDAPResult) {
        try requireAdministrator(caller)
        var change = LDAPGroupChange(tree)
        for step in modify.steps {
            let (kind, attribute) = try step.known()
            switch attribute {
            case .objectClass: throw Self.classesStay
            case .cn: throw Self.nameStays
            default: try change.take(kind, attribute, step.attribute)
            }
        }
        let verdict = LDAPVerdict()
        let service = groups
        try await changing(group: name, verdict) { [change] () async throws(MusterError) in
            _ = try await service.revise(
                .name(name),
                by: caller,
                listing: { _ in .nobody }
            ) { group, reader throws(MusterError) in
                var revision = GroupRevision()
                revision.steps = try change.revision(of: group, in: reader, verdict)
                return revision
            }
        }
    }
}

extension LDAPWriter {
    static let classesStay = LDAPResult(
        .objectClassModsProhibited,
        "the classes of an entry are what it is, and stay"
    )
    static let nameStays = LDAPResult(
        .notAllowedOnRDN,
        "an entry is renamed by a change of its distinguished name (ldapmodrdn)"
    )
    static let plaintext = LDAPResult(
        .confidentialityRequired,
        "use TLS before a password is sent"
    )

    /// Refuses whoever changes nothing but itself, before it is told anything.
    func requireAdministrator(_ caller: Principal) throws(LDAPResult) {
        try LDAPResult.translatingNow { () throws(MusterError) in
            try caller.requireAdministrator()
        }
    }

    /// The attributes of a new entry.
    ///
    /// - Throws: ``LDAPResult`` where one is not known, stands there twice or has no value, or the entry has no class.
    func attributes(
        of add: LDAPAdd
    ) throws(LDAPResult) -> [(LDAPAttribute, LDAPAttributeValues)] {
        var found: [(LDAPAttribute, LDAPAttributeValues)] = []
        var seen: Set<LDAPAttribute> = []
        for values in add.attributes {
            let attribute = try values.known()
            guard seen.insert(attribute).inserted, !values.values.isEmpty else {
                throw LDAPResult(
                    .protocolError,
                    "\(attribute.name) has to stand there once, with values"
                )
            }
            found.append((attribute, values))
        }
        guard seen.contains(.objectClass) else {
            throw LDAPResult(.objectClassViolation, "an entry has a class (objectClass)")
        }
        return found
    }

    /// Refuses classes that entries of this place do not have.
    func requireClasses(
        _ values: LDAPAttributeValues,
        of known: Set<LDAPObjectClass>
    ) throws(LDAPResult) {
        var own: Set<LDAPObjectClass> = []
        for text in try values.texts() {
            guard let found = LDAPObjectClass.named(text.utf8), known.contains(found) else {
                throw LDAPResult(
                    .objectClassViolation,
                    "an entry here has no class \(text.quoted(64))"
                )
            }
            own.insert(found)
        }
        guard own != [.top] else {
            throw LDAPResult(.objectClassViolation, "top alone is no class of an entry here")
        }
    }

    /// Refuses a name among the attributes that is not that of the entry.
    func requireName(_ name: String, _ values: LDAPAttributeValues) throws(LDAPResult) {
        let isOwn =
            values.values.count == 1 && values.values.allSatisfy { $0.isSameFolded(as: name.utf8) }
        guard isOwn else {
            throw LDAPResult(.namingViolation, "the name is another one than the entry's own")
        }
    }
}
