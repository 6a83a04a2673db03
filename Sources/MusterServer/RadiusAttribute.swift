import TextBytes

/// The attributes of replies whose names are known to be right.
///
/// FreeRADIUS leaves out an attribute that its dictionaries do not have, and with it what it grants. The names and kinds
/// here are those of the dictionaries of FreeRADIUS 3.2.1, which a test reads.
public enum RadiusAttribute {
    /// What a value is.
    public enum Kind: String, Sendable {
        case string
        case integer
        case octets
    }

    /// The longest value, in bytes (RFC 2865 section 5).
    public static let maximumBytes = 253

    /// The kind of an attribute; nil for one that is in no dictionary that was looked at.
    public static func kind(of name: String) -> Kind? {
        all.first { $0.name.hasSameBytes(as: name) }?.kind
    }

    /// Name and kind, as the dictionaries have them.
    static let all: [(name: String, kind: Kind)] = [
        // RFC 2865, 2869 and 5607.
        ("Class", .octets),
        ("Filter-Id", .string),
        ("Idle-Timeout", .integer),
        ("Management-Policy-Id", .string),
        ("Management-Privilege-Level", .integer),
        ("Reply-Message", .string),
        ("Service-Type", .integer),
        ("Session-Timeout", .integer),
        ("Termination-Action", .integer),
        // Devices of vendors.
        ("APC-Service-Type", .integer),
        ("Aruba-Admin-Role", .string),
        ("Aruba-User-Role", .string),
        ("Cisco-AVPair", .string),
        ("Fortinet-Access-Profile", .string),
        ("Fortinet-Group-Name", .string),
        ("Fortinet-Vdom-Name", .string),
        ("H3C-User-Role", .string),
        ("HP-Privilege-Level", .integer),
        ("HP-User-Role", .string),
        ("Huawei-Exec-Privilege", .integer),
        ("Juniper-Allow-Commands", .string),
        ("Juniper-Deny-Commands", .string),
        ("Juniper-Local-User-Name", .string),
        ("Mikrotik-Group", .string),
        ("PaloAlto-Admin-Access-Domain", .string),
        ("PaloAlto-Admin-Role", .string),
        ("PaloAlto-User-Group", .string),
    ]
}
