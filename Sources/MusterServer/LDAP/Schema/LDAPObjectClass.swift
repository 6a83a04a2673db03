import LDAPWire

/// A class of entries that the schema knows.
enum LDAPObjectClass: String, CaseIterable, Sendable {
    case top, subschema, subentry
    case domain, dcObject, organization, organizationalUnit
    case person, organizationalPerson, inetOrgPerson, posixAccount, ldapPublicKey, musterUser
    case groupOfNames, groupOfUniqueNames, posixGroup

    /// The definition, as the schema writes it (RFC 4512 section 4.1.1).
    ///
    /// Of groups members are optional, and two of their classes auxiliary, so that an entry may be of all three and
    /// may be empty; clients look for each of them.
    var text: String {
        let (oid, parts) = definition
        return "( \(oid) NAME '\(rawValue)' \(parts) )"
    }

    private var definition: (oid: String, parts: String) {
        switch self {
        case .top: ("2.5.6.0", "ABSTRACT MUST objectClass")
        case .subschema:
            (
                "2.5.20.1",
                "AUXILIARY MAY ( attributeTypes $ objectClasses $ matchingRules $ ldapSyntaxes )"
            )
        case .subentry: ("2.5.17.0", "SUP top STRUCTURAL MUST cn")
        case .domain:
            ("0.9.2342.19200300.100.4.13", "SUP top STRUCTURAL MUST dc MAY ( o $ description )")
        case .dcObject: ("1.3.6.1.4.1.1466.344", "SUP top AUXILIARY MUST dc")
        case .organization: ("2.5.6.4", "SUP top STRUCTURAL MUST o MAY description")
        case .organizationalUnit: ("2.5.6.5", "SUP top STRUCTURAL MUST ou MAY description")
        case .person:
            (
                "2.5.6.6",
                "SUP top STRUCTURAL MUST ( sn $ cn ) MAY ( userPassword $ telephoneNumber $ description )"
            )
        case .organizationalPerson:
            (
                "2.5.6.7",
                "SUP person STRUCTURAL MAY ( title $ street $ postalCode $ postalAddress $ ou $ st $ l )"
            )
        case .inetOrgPerson:
            (
                "2.16.840.1.113730.3.2.2",
                "SUP organizationalPerson STRUCTURAL MAY ( departmentNumber $ displayName $ employeeNumber"
                    + " $ employeeType $ givenName $ initials $ jpegPhoto $ labeledURI $ mail $ manager $ mobile"
                    + " $ o $ preferredLanguage $ uid $ userCertificate )"
            )
        case .posixAccount:
            (
                "1.3.6.1.1.1.2.0",
                "SUP top AUXILIARY MUST ( cn $ uid $ uidNumber $ gidNumber $ homeDirectory )"
                    + " MAY ( userPassword $ loginShell $ gecos $ description )"
            )
        case .ldapPublicKey:
            ("1.3.6.1.4.1.24552.500.1.1.2.0", "SUP top AUXILIARY MAY ( sshPublicKey $ uid )")
        case .musterUser:
            (
                LDAPAttribute.own + "100",
                "SUP top AUXILIARY MAY ( musterRole $ musterReadMask $ musterWriteMask $ musterLiveviewMask"
                    + " $ musterHost $ musterEnabled $ nsAccountLock $ c )"
            )
        case .groupOfNames:
            ("2.5.6.9", "SUP top STRUCTURAL MUST cn MAY ( member $ description $ o $ ou )")
        case .groupOfUniqueNames:
            ("2.5.6.17", "SUP top AUXILIARY MUST cn MAY ( uniqueMember $ description $ o $ ou )")
        case .posixGroup:
            (
                "1.3.6.1.1.1.2.2",
                "SUP top AUXILIARY MUST gidNumber MAY ( userPassword $ memberUid $ description )"
            )
        }
    }

    /// Finds a class by its name or number from outside.
    static func named(_ name: some Collection<UInt8>) -> LDAPObjectClass? {
        allCases.first { $0.rawValue.utf8.isSameFolded(as: name) } ?? numbered(name)
    }

    /// Finds a class by its number from outside; entries have names of classes alone.
    static func numbered(_ number: some Collection<UInt8>) -> LDAPObjectClass? {
        guard number.count <= 64, let first = number.first, (0x30...0x39).contains(first) else {
            return nil
        }
        return allCases.first { $0.definition.oid.utf8.elementsEqual(number) }
    }
}

extension LDAPAttribute {
    /// Whether its values are classes.
    var namesClass: Bool { self == .objectClass || self == .structuralObjectClass }
}
