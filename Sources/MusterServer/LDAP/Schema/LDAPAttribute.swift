import LDAPWire

/// An attribute that the directory shows, or that clients ask of directories such as this one.
///
/// A case's own name is the one as answers spell it, whatever the request's case. The raw value is its place among them, so that
/// what is known of attributes is found by that, and no name is hashed.
enum LDAPAttribute: UInt8, CaseIterable, Sendable {
    // What people use, first the class: RFC 4512, 4519, 2798, 2307.
    case objectClass
    case uid, cn, sn, givenName, displayName, mail, ou, dc, o, description
    case uidNumber, gidNumber, homeDirectory, loginShell, gecos, sshPublicKey
    case member, uniqueMember, memberUid
    case title, employeeNumber, employeeType, telephoneNumber, mobile, street, l, st, postalCode, c
    case preferredLanguage, departmentNumber, manager
    case nsAccountLock
    case musterRole, musterReadMask, musterWriteMask, musterLiveviewMask, musterHost, musterEnabled
    // What is shown when it is asked for by name, or by `+`.
    case memberOf, entryUUID, entryDN, createTimestamp, modifyTimestamp
    case structuralObjectClass, subschemaSubentry, hasSubordinates
    case pwdChangedTime, pwdAccountLockedTime, entryUSN
    // Of the root and the schema.
    case namingContexts, defaultNamingContext, supportedLDAPVersion, supportedControl
    case supportedExtension, supportedFeatures, vendorName, vendorVersion, lastUSN
    case attributeTypes, objectClasses, ldapSyntaxes, matchingRules
    // What clients ask for and no entry has.
    case initials, postalAddress, labeledURI
    case userPassword, userCertificate, jpegPhoto
    case shadowLastChange, shadowMin, shadowMax, shadowWarning, shadowInactive, shadowExpire
    case shadowFlag
    case creatorsName, modifiersName

    /// All of them, each at its place.
    static let all = Array(allCases)

    /// The name.
    var name: String { Self.names[Int(rawValue)] }

    /// How it begins in entries.
    var beginning: LDAPEntryWriter.Attribute { Self.beginnings[Int(rawValue)] }

    /// Finds an attribute by a description from outside: its name, another name of it, or its number, and options, which
    /// are left out of account (RFC 4512 section 2.5).
    static func named(_ description: some Collection<UInt8>) -> LDAPAttribute? {
        guard description.count <= 128 else { return nil }
        let name = description.prefix { $0 != UInt8(ascii: ";") }
        return byName[name.foldedBytes]
    }

    /// What the attribute can be held against, and how.
    var rule: LDAPMatchingRule { Self.rules[Int(rawValue)] }

    /// Whether it is shown only to who asks for it by name or by `+`.
    var isOperational: Bool { LDAPAttributeSet.operational.contains(self) }

    private static let names = all.map { String(describing: $0) }
    private static let beginnings = names.map { LDAPEntryWriter.Attribute($0.utf8) }
    private static let rules = all.map(\.definition.rule)

    private static let byName: [[UInt8]: LDAPAttribute] = {
        var names: [[UInt8]: LDAPAttribute] = [:]
        for attribute in all {
            let definition = attribute.definition
            for name in [attribute.name, definition.oid] + definition.aliases {
                names[name.utf8.foldedBytes] = attribute
            }
        }
        return names
    }()
}
