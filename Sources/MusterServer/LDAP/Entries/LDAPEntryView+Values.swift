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
        switch attribute {
        case .objectClass:
            return entry.kind.classNames(suffix: tree.suffix)
        case .entryDN: return [name(of: entry)]
        case .structuralObjectClass:
            return [entry.kind.structuralClass(suffix: tree.suffix).rawValue.asBytes]
        case .subschemaSubentry: return [tree.schema.bytes]
        case .hasSubordinates:
            let isAbove =
                switch entry.kind {
                case .root, .suffix, .people, .groups: true
                case .schema, .user, .group: false
                }
            return [isAbove.asBytes]
        default: break
        }
        switch entry {
        case .root: return rootValues(of: attribute)
        case .schema: return schemaValues(of: attribute)
        case .suffix:
            let own = tree.suffix.parts.first
            switch attribute {
            case .dc: return own?.value(of: "dc").map { [$0] } ?? []
            case .o: return own?.value(of: "o").map { [$0] } ?? []
            default: return []
            }
        case .people: return attribute == .ou ? ["people".asBytes] : []
        case .groups: return attribute == .ou ? ["groups".asBytes] : []
        case .user(let user): return try values(of: attribute, user)
        case .group(let group, let name): return try values(of: attribute, group, called: name)
        }
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
        default: []
        }
    }

    private func values(
        of attribute: LDAPAttribute,
        _ user: User
    ) throws(MusterError) -> [[UInt8]] {
        switch attribute {
        case .uid: return [user.username.text.asBytes]
        case .cn, .displayName: return [user.displayName.asBytes]
        case .sn:
            return [try personalName("familyName", of: user) ?? names(of: user).last]
        case .givenName:
            let name = try personalName("givenName", of: user) ?? names(of: user).first
            return name.map { [$0] } ?? []
        case .mail:
            // A login name without an @ is no address.
            let mail = user.displayEmail
            return mail.utf8.contains(UInt8(ascii: "@")) ? [mail.asBytes] : []
        case .uidNumber: return [(LDAPSettings.firstUserNumber + user.id.rawValue).asBytes]
        case .gidNumber: return [LDAPSettings.firstGroupNumber.asBytes]
        case .homeDirectory: return [settings.home(of: user)]
        case .loginShell: return [settings.loginShell.asBytes]
        case .gecos:
            let name = user.displayName
            // The syntax is that of ASCII, and a colon would end the field where numbers of users are listed.
            let isPlain = name.utf8.allSatisfy {
                $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":")
            }
            return isPlain ? [name.asBytes] : []
        case .sshPublicKey: return try entries.sshKeys(of: user).map { $0.key.text.asBytes }
        case .memberOf: return try groupNames(of: user)
        case .entryUUID: return [user.uuid.text.asBytes]
        case .createTimestamp: return [user.createdAt.compactText.asBytes]
        case .modifyTimestamp: return [user.changedAt.compactText.asBytes]
        case .pwdChangedTime:
            return try passwordTime(of: user).map { [$0.compactText.asBytes] } ?? []
        case .nsAccountLock, .pwdAccountLockedTime, .musterRole, .musterReadMask, .musterWriteMask,
            .musterLiveviewMask, .musterHost, .musterEnabled:
            return entries.seesAll ? administrativeValues(of: attribute, user) : []
        default: return try personalValues(of: attribute, user)
        }
    }

    /// A part of the name as it is known of the person; nil if it is not.
    private func personalName(_ part: String, of user: User) throws(MusterError) -> [UInt8]? {
        try person(of: user).texts(at: .name(part)).first?.asBytes
    }

    /// The parts of the name that is shown; both are asked for one after the other.
    private func names(of user: User) -> (first: [UInt8]?, last: [UInt8]) {
        if let lastNames, lastNames.user == user.id { return lastNames.names }
        let names = user.nameBytes
        lastNames = (user.id, names)
        return names
    }

    /// What only those who may administer users see.
    private func administrativeValues(of attribute: LDAPAttribute, _ user: User) -> [[UInt8]] {
        switch attribute {
        case .nsAccountLock: entries.isShutOut(user) ? [true.asBytes] : []
        // The moment that says that it is for good, as sssd looks for it.
        case .pwdAccountLockedTime: entries.isShutOut(user) ? ["000001010000Z".asBytes] : []
        case .musterRole: [user.role.rawValue.asBytes]
        case .musterReadMask: [user.masks.read.asBytes]
        case .musterWriteMask: [user.masks.write.asBytes]
        case .musterLiveviewMask: [user.masks.liveview.asBytes]
        case .musterHost: user.hosts.networks.map { $0.description.asBytes }
        case .musterEnabled: [user.isEnabled.asBytes]
        default: []
        }
    }

    private func values(
        of attribute: LDAPAttribute,
        _ group: Group,
        called name: String
    ) throws(MusterError) -> [[UInt8]] {
        switch attribute {
        case .cn: return [name.asBytes]
        case .gidNumber: return [(LDAPSettings.firstGroupNumber + group.id.rawValue).asBytes]
        case .entryUUID: return [group.uuid.text.asBytes]
        // The one that everybody is in was never made, and does not change.
        case .createTimestamp: return group.isEveryone ? [] : [group.createdAt.compactText.asBytes]
        case .modifyTimestamp: return group.isEveryone ? [] : [group.changedAt.compactText.asBytes]
        case .member, .uniqueMember: return try memberNames(of: group).map { tree.name(ofUser: $0) }
        case .memberUid: return try memberNames(of: group).map { $0.text.asBytes }
        default: return []
        }
    }
}

extension User {
    /// The name in two parts: the last word, and everything before it.
    var nameParts: (first: String?, last: String) {
        let (first, last) = nameBytes
        return (
            first.map { String(decoding: $0, as: UTF8.self) }, String(decoding: last, as: UTF8.self)
        )
    }

    /// ``nameParts`` as bytes.
    var nameBytes: (first: [UInt8]?, last: [UInt8]) {
        let words = displayName.asBytes.split(separator: UInt8(ascii: " "))
        guard let last = words.last else { return (nil, username.text.asBytes) }
        let first = words.dropLast().joined(separator: CollectionOfOne(UInt8(ascii: " ")))
        return (words.count == 1 ? nil : Array(first), Array(last))
    }
}

extension String {
    var asBytes: [UInt8] { Array(utf8) }
}

extension FixedWidthInteger {
    fileprivate var asBytes: [UInt8] { String(self).asBytes }
}

extension Bool {
    /// As RFC 4517 section 3.3.3 writes it.
    fileprivate var asBytes: [UInt8] { (self ? "TRUE" : "FALSE").asBytes }
}
