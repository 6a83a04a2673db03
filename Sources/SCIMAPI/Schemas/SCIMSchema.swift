import TextBytes

/// A schema: what one kind of resource, or one extension of it, is made of.
public struct SCIMSchema: Sendable {
    /// The URN.
    public let id: String
    /// The name.
    public let name: String
    /// What it is for, for people.
    public let description: String
    /// Other URNs under which clients write its attributes.
    var aliases: [String] = []
    /// The attributes, in the order in which they stand in answers.
    public let attributes: [SCIMAttribute]

    /// Every schema that is served, with public keys where they are.
    public static func all(withKeys hasKeys: Bool) -> [SCIMSchema] {
        [.user, .enterpriseUser, .musterUser] + (hasKeys ? [.sshKeys] : []) + [.group]
    }

    /// Whether a URN names it, in any case, by its own or another name.
    func isNamed(_ urn: some StringProtocol) -> Bool {
        id.hasSameFoldedBytes(as: urn) || aliases.contains { $0.hasSameFoldedBytes(as: urn) }
    }
}

/// A kind of resource.
public struct SCIMResourceType: Sendable {
    /// The name, which is also its identifier.
    public let name: String
    /// Where its resources are, without the root.
    public let endpoint: String
    /// What it is, for people.
    public let description: String
    /// Its own schema.
    public let schema: SCIMSchema
    /// The schemas by which it is extended.
    public let extensions: [SCIMSchema]
    /// Attributes that RFC 7643 knows and this server does not keep.
    let unserved: [String]

    /// Users.
    public static let user = users(with: [.enterpriseUser, .musterUser])
    /// Users with their public keys.
    public static let userWithKeys = users(with: [.enterpriseUser, .musterUser, .sshKeys])

    private static func users(with extensions: [SCIMSchema]) -> SCIMResourceType {
        SCIMResourceType(
            name: "User",
            endpoint: "/Users",
            description: "User Account",
            schema: .user,
            extensions: extensions,
            unserved: ["photos", "ims", "entitlements", "x509Certificates"]
        )
    }

    /// Groups.
    public static let group = SCIMResourceType(
        name: "Group",
        endpoint: "/Groups",
        description: "Group",
        schema: .group,
        extensions: [],
        unserved: []
    )

    /// Every kind.
    public static let all: [SCIMResourceType] = [.user, .group]

    /// The attributes of the resource itself, with those that every resource has.
    var attributes: [SCIMAttribute] { SCIMSchema.common + schema.attributes }
}

extension SCIMSchema {
    /// What every resource has, and no schema lists (RFC 7643 section 3.1).
    static let common: [SCIMAttribute] = [
        SCIMAttribute("schemas", .reference, "The schemas of the resource.").with {
            $0.isMultiValued = true
            $0.mutability = .readOnly
            $0.returned = .always
            $0.isCaseExact = true
        },
        SCIMAttribute("id", .string, "The identifier that the server gave.").with {
            $0.mutability = .readOnly
            $0.returned = .always
            $0.isUnique = true
        },
        SCIMAttribute("externalId", .string, "The identifier that the client gave.").with {
            $0.isCaseExact = true
            $0.maximumBytes = 255
        },
        SCIMAttribute("meta", .complex, "What the server knows of the resource.").with {
            $0.mutability = .readOnly
            $0.subAttributes = [
                SCIMAttribute("resourceType", .string, "The kind."),
                SCIMAttribute("created", .dateTime, "When it was made."),
                SCIMAttribute("lastModified", .dateTime, "When it was changed last."),
                SCIMAttribute("location", .reference, "Where it is."),
                SCIMAttribute("version", .string, "The entity tag."),
            ].map { sub in
                sub.with {
                    $0.mutability = .readOnly
                    $0.isCaseExact = sub.name != "resourceType"
                }
            }
        },
    ]
}
