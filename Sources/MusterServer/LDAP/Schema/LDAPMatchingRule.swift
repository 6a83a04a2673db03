/// How values of an attribute are compared (RFC 4517 section 4.2).
enum LDAPMatchingRule: String, Sendable {
    /// Texts without regard to case and to how many blanks stand between words.
    case caseIgnore = "caseIgnoreMatch"
    /// Texts of ASCII as they are.
    case caseExactASCII = "caseExactIA5Match"
    /// Texts of ASCII without regard to case.
    case caseIgnoreASCII = "caseIgnoreIA5Match"
    /// Numbers of telephones, without regard to blanks and hyphens.
    case telephone = "telephoneNumberMatch"
    /// Numbers.
    case integer = "integerMatch"
    /// Names of entries.
    case distinguishedName = "distinguishedNameMatch"
    /// UUIDs.
    case uuid = "UUIDMatch"
    /// Moments.
    case time = "generalizedTimeMatch"
    /// Truth values.
    case boolean = "booleanMatch"
    /// Names and numbers of classes and the like.
    case identifier = "objectIdentifierMatch"
    /// Bytes as they are.
    case octets = "octetStringMatch"

    /// Its number.
    var oid: String {
        switch self {
        case .caseIgnore: "2.5.13.2"
        case .caseExactASCII: "1.3.6.1.4.1.1466.109.114.1"
        case .caseIgnoreASCII: "1.3.6.1.4.1.1466.109.114.2"
        case .telephone: "2.5.13.20"
        case .integer: "2.5.13.14"
        case .distinguishedName: "2.5.13.1"
        case .uuid: "1.3.6.1.1.16.2"
        case .time: "2.5.13.27"
        case .boolean: "2.5.13.13"
        case .identifier: "2.5.13.0"
        case .octets: "2.5.13.17"
        }
    }

    /// The syntax of its values (RFC 4517 section 3.3).
    var syntax: LDAPSyntax {
        switch self {
        case .caseIgnore: .directoryString
        case .caseExactASCII, .caseIgnoreASCII: .ia5String
        case .telephone: .telephoneNumber
        case .integer: .integer
        case .distinguishedName: .distinguishedName
        case .uuid: .uuid
        case .time: .generalizedTime
        case .boolean: .boolean
        case .identifier: .identifier
        case .octets: .octetString
        }
    }

    /// The rule of order that goes with it; nil if there is no order.
    var ordering: (name: String, oid: String)? {
        switch self {
        case .caseIgnore: ("caseIgnoreOrderingMatch", "2.5.13.3")
        case .integer: ("integerOrderingMatch", "2.5.13.15")
        case .time: ("generalizedTimeOrderingMatch", "2.5.13.28")
        default: nil
        }
    }

    /// The rule for parts of texts that goes with it; nil for what is no text.
    var substrings: (name: String, oid: String)? {
        switch self {
        case .caseIgnore: ("caseIgnoreSubstringsMatch", "2.5.13.4")
        case .caseIgnoreASCII: ("caseIgnoreIA5SubstringsMatch", "1.3.6.1.4.1.1466.109.114.3")
        case .telephone: ("telephoneNumberSubstringsMatch", "2.5.13.21")
        case .caseExactASCII: ("caseExactIA5SubstringsMatch", "1.3.6.1.4.1.4203.1.2.1")
        default: nil
        }
    }
}

/// A syntax of values.
enum LDAPSyntax: String, CaseIterable, Sendable {
    case directoryString = "1.3.6.1.4.1.1466.115.121.1.15"
    case ia5String = "1.3.6.1.4.1.1466.115.121.1.26"
    case integer = "1.3.6.1.4.1.1466.115.121.1.27"
    case telephoneNumber = "1.3.6.1.4.1.1466.115.121.1.50"
    case distinguishedName = "1.3.6.1.4.1.1466.115.121.1.12"
    case uuid = "1.3.6.1.1.16.1"
    case generalizedTime = "1.3.6.1.4.1.1466.115.121.1.24"
    case boolean = "1.3.6.1.4.1.1466.115.121.1.7"
    case identifier = "1.3.6.1.4.1.1466.115.121.1.38"
    case octetString = "1.3.6.1.4.1.1466.115.121.1.40"

    /// What it is called.
    var title: String {
        switch self {
        case .directoryString: "Directory String"
        case .ia5String: "IA5 String"
        case .integer: "INTEGER"
        case .telephoneNumber: "Telephone Number"
        case .distinguishedName: "DN"
        case .uuid: "UUID"
        case .generalizedTime: "Generalized Time"
        case .boolean: "Boolean"
        case .identifier: "OID"
        case .octetString: "Octet String"
        }
    }
}
