import LDAPWire
import MusterCore

extension LDAPEntryView {
    /// The values of an attribute of an entry; none if it has none that the caller sees.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func values(
        of attribute: LDAPAttribute,
        _ entry: LDAPEntry
    ) throws(MusterError) -> [[UInt8]] {
        var values: [[UInt8]] = []
        try tell(attribute, of: entry, to: &values)
        return values
    }

    /// Tells the values of an attribute of an entry; none if it has none that the caller sees.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func tell(
        _ attribute: LDAPAttribute,
        of entry: LDAPEntry,
        to values: inout some LDAPValueTaker
    ) throws(MusterError) {
        if case .user(let user) = entry { return try tell(attribute, of: user, to: &values) }
        guard !tellCommon(attribute, of: entry.kind, name(of: entry), to: &values) else { return }
        switch entry {
        case .root: for value in rootValues(of: attribute) { values.add(value) }
        case .schema: for value in schemaValues(of: attribute) { values.add(value) }
        case .suffix:
            let own = tree.suffix.parts.first
            let value =
                switch attribute {
                case .dc: own?.value(of: "dc")
                case .o: own?.value(of: "o")
                default: [UInt8]?.none
                }
            if let value { values.add(value) }
        case .people: if attribute == .ou { values.add("people") }
        case .groups: if attribute == .ou { values.add("groups") }
        case .user: break
        case .group(let group, let name): try tell(attribute, of: group, called: name, to: &values)
        }
    }

    /// Tells the values of an attribute that every entry has.
    ///
    /// - Returns: Whether it is one.
    func tellCommon(
        _ attribute: LDAPAttribute,
        of kind: LDAPEntry.Kind,
        _ name: @autoclosure () -> [UInt8],
        to values: inout some LDAPValueTaker
    ) -> Bool {
        switch attribute {
        case .objectClass: for name in kind.classNames(suffix: tree.suffix) { values.add(name) }
        case .entryDN: values.add(name())
        case .structuralObjectClass:
            values.add(kind.structuralClass(suffix: tree.suffix).rawValue)
        case .subschemaSubentry: values.add(tree.schema.bytes)
        case .hasSubordinates:
            let isAbove =
                switch kind {
                case .root, .suffix, .people, .groups: true
                case .schema, .user, .group: false
                }
            values.add(isAbove.asText)
        default: return false
        }
        return true
    }

    private func schemaValues(of attribute: LDAPAttribute) -> [[UInt8]] {
        switch attribute {
        case .cn: ["Subschema".asBytes]
        case .attributeTypes: LDAPSchema.attributeTypes
        case .objectClasses: LDAPSchema.objectClasses
        case .ldapSyntaxes: LDAPSchema.syntaxes
        case .matchingRules: LDAPSchema.matchingRules
        default: []
        }
    }

    private func rootValues(of attribute: LDAPAttribute) -> [[UInt8]] {
        switch attribute {
        case .namingContexts, .defaultNamingContext: [tree.suffix.bytes]
        case .supportedLDAPVersion: ["3".asBytes]
        case .supportedControl: LDAPControlType.supported.map(\.asBytes)
        case .supportedExtension: LDAPExtension.allCases.map { $0.rawValue.asBytes }
        case .supportedFeatures:
            // All operational attributes by `+` (RFC 3673), and filters that are always true or false (RFC 4526).
            ["1.3.6.1.4.1.4203.1.5.1".asBytes, "1.3.6.1.4.1.4203.1.5.3".asBytes]
        case .vendorName: ["Muster".asBytes]
        case .vendorVersion: [settings.version.asBytes]
        // Whatever has changed has a smaller one. Nothing is read for it, and strangers learn nothing by it.
        case .lastUSN: [entries.now.updateNumber.asBytes]
        default: []
        }
    }

    private func tell(
        _ attribute: LDAPAttribute,
        of group: Group,
        called name: String,
        to values: inout some LDAPValueTaker
    ) throws(MusterError) {
        switch attribute {
        case .cn: values.add(name)
        case .gidNumber: values.add(String(settings.numbers.firstGroup + group.id.rawValue))
        case .entryUUID: values.add(group.uuid.text)
        // The one that everybody is in was never made, and does not change.
        case .createTimestamp: if !group.isEveryone { values.add(group.createdAt.compactText) }
        case .modifyTimestamp: if !group.isEveryone { values.add(group.changedAt.compactText) }
        case .entryUSN: if !group.isEveryone { values.add(group.changedAt.updateNumber) }
        case .member, .uniqueMember:
            for member in try memberNames(of: group) { values.add(tree.name(ofUser: member)) }
        case .memberUid: for member in try memberNames(of: group) { values.add(member.text) }
        default: break
        }
    }
}

extension Timestamp {
    /// What tells an entry that was changed at this moment from what it was before: no two changes of one are at the same
    /// moment, and a later one has the larger number.
    ///
    /// Moments in seconds, as LDAP writes them, do not: whoever has seen one of a second never hears of the next one in it.
    var updateNumber: String { String(rawValue) }

    /// The moment of such a number from outside.
    init(updateNumber number: Int64) { self.init(rawValue: number) }
}
