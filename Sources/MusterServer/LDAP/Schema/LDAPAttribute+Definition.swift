/// What the schema says of an attribute.
struct LDAPAttributeDefinition: Sendable {
    /// Its number.
    let oid: String
    let rule: LDAPMatchingRule
    /// Other names of it.
    var aliases: [String] = []
    var isSingle = false
    var isOperational = false
}

extension LDAPAttribute {
    /// What the schema says of it: RFC 4512 section 4.2 and 5.1, RFC 4519, RFC 2798, RFC 2307, RFC 4530, RFC 5020,
    /// draft-behera-ldap-password-policy, OpenSSH-LPK for public keys, and numbers under a UUID for what only this directory has (ITU-T X.667).
    var definition: LDAPAttributeDefinition { Self.definitions[Int(rawValue)] }

    /// Made once: every value that is compared asks for its rule.
    private static let definitions = all.map(\.described)

    private var described: LDAPAttributeDefinition {
        switch self {
        case .objectClass: .init(oid: "2.5.4.0", rule: .identifier)
        case .uid: .init(oid: "0.9.2342.19200300.100.1.1", rule: .caseIgnore, aliases: ["userid"])
        case .cn: .init(oid: "2.5.4.3", rule: .caseIgnore, aliases: ["commonName"])
        case .sn: .init(oid: "2.5.4.4", rule: .caseIgnore, aliases: ["surname"])
        case .givenName: .init(oid: "2.5.4.42", rule: .caseIgnore, aliases: ["gn"])
        case .displayName: .init(oid: Self.person + "241", rule: .caseIgnore, isSingle: true)
        case .mail:
            .init(
                oid: "0.9.2342.19200300.100.1.3",
                rule: .caseIgnoreASCII,
                aliases: ["rfc822Mailbox"]
            )
        case .ou: .init(oid: "2.5.4.11", rule: .caseIgnore, aliases: ["organizationalUnitName"])
        case .dc:
            .init(
                oid: "0.9.2342.19200300.100.1.25",
                rule: .caseIgnoreASCII,
                aliases: ["domainComponent"],
                isSingle: true
            )
        case .o: .init(oid: "2.5.4.10", rule: .caseIgnore, aliases: ["organizationName"])
        case .description: .init(oid: "2.5.4.13", rule: .caseIgnore)
        case .uidNumber: .init(oid: Self.posix + "0", rule: .integer, isSingle: true)
        case .gidNumber: .init(oid: Self.posix + "1", rule: .integer, isSingle: true)
        case .gecos: .init(oid: Self.posix + "2", rule: .caseIgnoreASCII, isSingle: true)
        case .homeDirectory: .init(oid: Self.posix + "3", rule: .caseExactASCII, isSingle: true)
        case .loginShell: .init(oid: Self.posix + "4", rule: .caseExactASCII, isSingle: true)
        case .shadowLastChange: .init(oid: Self.posix + "5", rule: .integer, isSingle: true)
        case .shadowMin: .init(oid: Self.posix + "6", rule: .integer, isSingle: true)
        case .shadowMax: .init(oid: Self.posix + "7", rule: .integer, isSingle: true)
        case .shadowWarning: .init(oid: Self.posix + "8", rule: .integer, isSingle: true)
        case .shadowInactive: .init(oid: Self.posix + "9", rule: .integer, isSingle: true)
        case .shadowExpire: .init(oid: Self.posix + "10", rule: .integer, isSingle: true)
        case .shadowFlag: .init(oid: Self.posix + "11", rule: .integer, isSingle: true)
        case .memberUid: .init(oid: Self.posix + "12", rule: .caseExactASCII)
        case .sshPublicKey: .init(oid: "1.3.6.1.4.1.24552.500.1.1.1.13", rule: .octets)
        case .member: .init(oid: "2.5.4.31", rule: .distinguishedName)
        case .uniqueMember: .init(oid: "2.5.4.50", rule: .distinguishedName)
        case .nsAccountLock:
            .init(oid: "2.16.840.1.113730.3.1.610", rule: .caseIgnore, isSingle: true)
        case .musterRole: .init(oid: Self.own + "1", rule: .integer, isSingle: true)
        case .musterReadMask: .init(oid: Self.own + "2", rule: .integer, isSingle: true)
        case .musterWriteMask: .init(oid: Self.own + "3", rule: .integer, isSingle: true)
        case .musterLiveviewMask: .init(oid: Self.own + "4", rule: .integer, isSingle: true)
        case .musterHost: .init(oid: Self.own + "5", rule: .caseIgnoreASCII)
        case .musterEnabled: .init(oid: Self.own + "6", rule: .boolean, isSingle: true)
        default: operationalDefinition
        }
    }

    private var operationalDefinition: LDAPAttributeDefinition {
        switch self {
        case .memberOf: .operational("1.2.840.113556.1.2.102", .distinguishedName)
        case .entryUUID: .operational("1.3.6.1.1.16.4", .uuid, isSingle: true)
        case .entryDN: .operational("1.3.6.1.1.20", .distinguishedName, isSingle: true)
        case .createTimestamp: .operational("2.5.18.1", .time, isSingle: true)
        case .modifyTimestamp: .operational("2.5.18.2", .time, isSingle: true)
        case .creatorsName: .operational("2.5.18.3", .distinguishedName, isSingle: true)
        case .modifiersName: .operational("2.5.18.4", .distinguishedName, isSingle: true)
        case .structuralObjectClass: .operational("2.5.21.9", .identifier, isSingle: true)
        case .subschemaSubentry: .operational("2.5.18.10", .distinguishedName, isSingle: true)
        case .hasSubordinates: .operational("2.5.18.9", .boolean, isSingle: true)
        case .pwdChangedTime: .operational(Self.policy + "16", .time, isSingle: true)
        case .pwdAccountLockedTime: .operational(Self.policy + "17", .time, isSingle: true)
        // As 389 Directory Server names it; the root's has no number there.
        case .entryUSN: .operational("2.16.840.1.113730.3.1.606", .integer, isSingle: true)
        case .lastUSN: .operational(Self.own + "7", .integer, isSingle: true)
        case .namingContexts: .operational("1.3.6.1.4.1.1466.101.120.5", .distinguishedName)
        case .defaultNamingContext:
            .operational("1.2.840.113556.1.4.660", .distinguishedName, isSingle: true)
        case .supportedExtension: .operational("1.3.6.1.4.1.1466.101.120.7", .identifier)
        case .supportedControl: .operational("1.3.6.1.4.1.1466.101.120.13", .identifier)
        case .supportedLDAPVersion: .operational("1.3.6.1.4.1.1466.101.120.15", .integer)
        case .supportedFeatures: .operational("1.3.6.1.4.1.4203.1.3.5", .identifier)
        case .vendorName: .operational("1.3.6.1.1.4", .caseIgnore, isSingle: true)
        case .vendorVersion: .operational("1.3.6.1.1.5", .caseIgnore, isSingle: true)
        case .attributeTypes: .operational("2.5.21.5", .identifier)
        case .objectClasses: .operational("2.5.21.6", .identifier)
        case .matchingRules: .operational("2.5.21.4", .identifier)
        case .ldapSyntaxes: .operational("1.3.6.1.4.1.1466.101.120.16", .identifier)
        default: personalDefinition
        }
    }

    /// Of what is known of people.
    private var personalDefinition: LDAPAttributeDefinition {
        switch self {
        case .title: .init(oid: "2.5.4.12", rule: .caseIgnore)
        case .telephoneNumber: .init(oid: "2.5.4.20", rule: .telephone)
        case .street: .init(oid: "2.5.4.9", rule: .caseIgnore, aliases: ["streetAddress"])
        case .l: .init(oid: "2.5.4.7", rule: .caseIgnore, aliases: ["localityName"])
        case .st: .init(oid: "2.5.4.8", rule: .caseIgnore, aliases: ["stateOrProvinceName"])
        case .postalCode: .init(oid: "2.5.4.17", rule: .caseIgnore)
        case .c: .init(oid: "2.5.4.6", rule: .caseIgnore, aliases: ["countryName"], isSingle: true)
        case .mobile:
            .init(
                oid: "0.9.2342.19200300.100.1.41",
                rule: .telephone,
                aliases: ["mobileTelephoneNumber"]
            )
        case .manager: .init(oid: "0.9.2342.19200300.100.1.10", rule: .distinguishedName)
        case .departmentNumber: .init(oid: Self.person + "2", rule: .caseIgnore)
        case .employeeNumber: .init(oid: Self.person + "3", rule: .caseIgnore, isSingle: true)
        case .employeeType: .init(oid: Self.person + "4", rule: .caseIgnore)
        case .preferredLanguage:
            .init(oid: Self.person + "39", rule: .caseIgnore, isSingle: true)
        default: unusedDefinition
        }
    }

    /// Of those that nobody has: a filter that asks for one of them is false, and not undefined.
    private var unusedDefinition: LDAPAttributeDefinition {
        switch self {
        case .postalAddress: .init(oid: "2.5.4.16", rule: .caseIgnore)
        case .initials: .init(oid: "2.5.4.43", rule: .caseIgnore)
        case .userPassword: .init(oid: "2.5.4.35", rule: .octets)
        case .userCertificate: .init(oid: "2.5.4.36", rule: .octets)
        case .jpegPhoto: .init(oid: "0.9.2342.19200300.100.1.60", rule: .octets)
        case .labeledURI: .init(oid: "1.3.6.1.4.1.250.1.57", rule: .caseExactASCII)
        default: preconditionFailure("\(self) has no definition")
        }
    }

    /// Of inetOrgPerson (RFC 2798).
    private static let person = "2.16.840.1.113730.3.1."
    /// Of password policies (draft-behera-ldap-password-policy-10 section 5.3).
    private static let policy = "1.3.6.1.4.1.42.2.27.8.1."
    /// Of RFC 2307.
    private static let posix = "1.3.6.1.1.1.1."
    /// What only this directory has, under a UUID of its own.
    static let own = "2.25.262398537915367498316837458306457493028.1."
}

extension LDAPAttributeDefinition {
    fileprivate static func operational(
        _ oid: String,
        _ rule: LDAPMatchingRule,
        isSingle: Bool = false
    ) -> LDAPAttributeDefinition {
        LDAPAttributeDefinition(oid: oid, rule: rule, isSingle: isSingle, isOperational: true)
    }
}
