import LDAPWire
import MusterCore

/// Takes the values of an attribute, one after the other.
protocol LDAPValueTaker {
    /// Takes a value.
    mutating func add(_ value: String)
    /// Takes a value.
    mutating func add(_ value: [UInt8])
}

extension LDAPEntryWriter: LDAPValueTaker {}

extension [[UInt8]]: LDAPValueTaker {
    mutating func add(_ value: String) { append(value.asBytes) }
    mutating func add(_ value: [UInt8]) { append(value) }
}

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
    private func tellCommon(
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
        default: []
        }
    }

    /// Tells the values of an attribute of a user; none if it has none that the caller sees.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func tell(
        _ attribute: LDAPAttribute,
        of user: User,
        to values: inout some LDAPValueTaker
    ) throws(MusterError) {
        switch attribute {
        case .uid: values.add(user.username.text)
        case .cn, .displayName: values.add(user.displayName)
        case .sn:
            if let name = try personalName("familyName", of: user) {
                values.add(name)
            } else {
                values.add(names(of: user).last)
            }
        case .givenName:
            if let name = try personalName("givenName", of: user) {
                values.add(name)
            } else if let name = names(of: user).first {
                values.add(name)
            }
        case .mail:
            // A login name without an @ is no address.
            let mail = user.displayEmail
            if mail.utf8.contains(UInt8(ascii: "@")) { values.add(mail) }
        case .uidNumber: values.add(String(LDAPSettings.firstUserNumber + user.id.rawValue))
        case .gidNumber: values.add(String(LDAPSettings.firstGroupNumber))
        case .homeDirectory: values.add(settings.home(of: user))
        case .loginShell: values.add(settings.loginShell)
        case .gecos:
            let name = user.displayName
            // The syntax is that of ASCII, and a colon would end the field where numbers of users are listed.
            let isPlain = name.utf8.allSatisfy {
                $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":")
            }
            if isPlain { values.add(name) }
        case .sshPublicKey: for key in try sshKeys(of: user) { values.add(key.key.text) }
        case .memberOf: for name in try groupNames(of: user) { values.add(name) }
        case .entryUUID: values.add(user.uuid.text)
        case .createTimestamp: values.add(user.createdAt.compactText)
        case .modifyTimestamp: values.add(user.changedAt.compactText)
        case .pwdChangedTime:
            if let time = try passwordTime(of: user) { values.add(time.compactText) }
        case .nsAccountLock, .pwdAccountLockedTime, .musterRole, .musterReadMask, .musterWriteMask,
            .musterLiveviewMask, .musterHost, .musterEnabled:
            if entries.seesAll { tellAdministrative(attribute, of: user, to: &values) }
        default:
            guard !tellCommon(attribute, of: .user, tree.name(of: user), to: &values) else {
                return
            }
            try tellPersonal(attribute, of: user, to: &values)
        }
    }

    /// A part of the name as it is known of the person; nil if it is not.
    private func personalName(_ part: String, of user: User) throws(MusterError) -> String? {
        try person(of: user)?.texts(at: .name(part)).first
    }

    /// The parts of the name that is shown; both are asked for one after the other.
    private func names(of user: User) -> (first: [UInt8]?, last: [UInt8]) {
        if let lastNames, lastNames.user == user.id { return lastNames.names }
        let names = user.nameBytes
        lastNames = (user.id, names)
        return names
    }

    /// Tells what only those who may administer users see.
    private func tellAdministrative(
        _ attribute: LDAPAttribute,
        of user: User,
        to values: inout some LDAPValueTaker
    ) {
        switch attribute {
        case .nsAccountLock: if entries.isShutOut(user) { values.add(true.asText) }
        // The moment that says that it is for good, as sssd looks for it.
        case .pwdAccountLockedTime: if entries.isShutOut(user) { values.add("000001010000Z") }
        case .musterRole: values.add(String(user.role.rawValue))
        case .musterReadMask: values.add(String(user.masks.read))
        case .musterWriteMask: values.add(String(user.masks.write))
        case .musterLiveviewMask: values.add(String(user.masks.liveview))
        case .musterHost: for network in user.hosts.networks { values.add(network.description) }
        case .musterEnabled: values.add(user.isEnabled.asText)
        default: break
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
        case .gidNumber: values.add(String(LDAPSettings.firstGroupNumber + group.id.rawValue))
        case .entryUUID: values.add(group.uuid.text)
        // The one that everybody is in was never made, and does not change.
        case .createTimestamp: if !group.isEveryone { values.add(group.createdAt.compactText) }
        case .modifyTimestamp: if !group.isEveryone { values.add(group.changedAt.compactText) }
        case .member, .uniqueMember:
            for member in try memberNames(of: group) { values.add(tree.name(ofUser: member)) }
        case .memberUid: for member in try memberNames(of: group) { values.add(member.text) }
        default: break
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

    /// ``nameParts`` as bytes, with one blank between words.
    var nameBytes: (first: [UInt8]?, last: [UInt8]) {
        let (name, blank) = (displayName.asBytes, UInt8(ascii: " "))
        guard let end = name.lastIndex(where: { $0 != blank }) else {
            return (nil, username.text.asBytes)
        }
        let start = name[...end].lastIndex(of: blank).map { $0 + 1 } ?? 0
        var first: [UInt8] = []
        first.reserveCapacity(start)
        for byte in name[..<start] where byte != blank || first.last.map({ $0 != blank }) == true {
            first.append(byte)
        }
        if first.last == blank { first.removeLast() }
        return (first.isEmpty ? nil : first, Array(name[start...end]))
    }
}

extension String {
    var asBytes: [UInt8] { Array(utf8) }
}

extension Bool {
    /// As RFC 4517 section 3.3.3 writes it.
    fileprivate var asText: String { self ? "TRUE" : "FALSE" }
}
