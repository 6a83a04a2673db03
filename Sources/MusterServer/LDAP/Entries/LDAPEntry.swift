import LDAPWire
import MusterCore

/// An entry of the tree.
enum LDAPEntry: Sendable {
    case root
    case schema
    case suffix
    case people
    case groups
    /// A user: kept apart, since it is large, and handed on from place to place.
    indirect case user(User)
    /// A group, and what it is called in the tree.
    case group(Group, name: String)

    /// Which kind of entry it is.
    enum Kind: Int, CaseIterable, Sendable {
        case root, schema, suffix, people, groups, user, group
    }

    var kind: Kind {
        switch self {
        case .root: .root
        case .schema: .schema
        case .suffix: .suffix
        case .people: .people
        case .groups: .groups
        case .user: .user
        case .group: .group
        }
    }
}

extension LDAPEntry.Kind {
    /// The classes of such an entry, those above them included.
    func classes(suffix: DistinguishedName) -> [LDAPObjectClass] {
        switch self {
        case .root: [.top]
        case .schema: [.top, .subentry, .subschema]
        case .suffix:
            suffix.parts.first?.value(of: "dc") == nil ? [.top, .organization] : [.top, .domain]
        case .people, .groups: [.top, .organizationalUnit]
        case .user:
            [
                .top, .person, .organizationalPerson, .inetOrgPerson, .posixAccount,
                .ldapPublicKey, .musterUser,
            ]
        case .group: [.top, .groupOfNames, .groupOfUniqueNames, .posixGroup]
        }
    }

    /// The class that says what the entry is.
    func structuralClass(suffix: DistinguishedName) -> LDAPObjectClass {
        switch self {
        case .root: .top
        case .schema: .subentry
        case .suffix: suffix.parts.first?.value(of: "dc") == nil ? .organization : .domain
        case .people, .groups: .organizationalUnit
        case .user: .inetOrgPerson
        case .group: .groupOfNames
        }
    }

    /// Which attributes such entries may have beside those that every entry has.
    private var ownAttributes: LDAPAttributeSet {
        switch self {
        case .root:
            [
                .namingContexts, .defaultNamingContext, .supportedLDAPVersion, .supportedControl,
                .supportedExtension, .supportedFeatures, .vendorName, .vendorVersion, .lastUSN,
            ]
        case .schema: [.cn, .attributeTypes, .objectClasses, .ldapSyntaxes, .matchingRules]
        case .suffix: [.dc, .o]
        case .people, .groups: [.ou]
        case .user:
            [
                .uid, .cn, .sn, .givenName, .displayName, .mail, .uidNumber, .gidNumber,
                .homeDirectory, .loginShell, .gecos, .sshPublicKey, .memberOf, .entryUUID,
                .createTimestamp, .modifyTimestamp, .entryUSN, .pwdChangedTime,
                .pwdAccountLockedTime, .nsAccountLock, .musterRole, .musterReadMask,
                .musterWriteMask, .musterLiveviewMask, .musterHost, .musterEnabled, .title,
                .employeeNumber, .employeeType, .telephoneNumber, .mobile, .street, .l, .st,
                .postalCode, .c, .o, .preferredLanguage, .departmentNumber, .manager,
            ]
        case .group:
            [
                .cn, .gidNumber, .member, .uniqueMember, .memberUid, .entryUUID, .createTimestamp,
                .modifyTimestamp, .entryUSN,
            ]
        }
    }

    /// Whether such entries may have an attribute.
    func mayHave(_ attribute: LDAPAttribute) -> Bool {
        attributes.contains(attribute)
    }

    /// The attributes that such entries may have.
    var attributes: LDAPAttributeSet { LDAPEntry.Kind.attributes[rawValue] }

    /// The names of their classes, made once.
    func classNames(suffix: DistinguishedName) -> [[UInt8]] {
        self == .suffix
            ? classes(suffix: suffix).map(\.rawValue.asBytes) : LDAPEntry.Kind.classNames[rawValue]
    }

    /// Those of users, as every one of them has them.
    static let userClasses = LDAPEntryWriter.Values(classNames[user.rawValue])

    /// Of the suffix they are others where it is no domain.
    private static let classNames = allCases.map { kind in
        kind.classes(suffix: DistinguishedName([])).map(\.rawValue.asBytes)
    }

    /// The attributes of each kind, made once: every entry that a filter is held against is asked for them.
    private static let attributes = allCases.map { $0.ownAttributes.union(common) }

    private static let common: LDAPAttributeSet = [
        .objectClass, .entryDN, .structuralObjectClass, .subschemaSubentry, .hasSubordinates,
    ]
}
