extension SCIMSchema {
    /// The core schema of users (RFC 7643 section 4.1), with what this server keeps of it.
    public static let user = SCIMSchema(
        id: "urn:ietf:params:scim:schemas:core:2.0:User",
        name: "User",
        description: "User Account",
        attributes: [
            SCIMAttribute("userName", .string, "The login name.").with {
                $0.isRequired = true
                $0.isUnique = true
            },
            SCIMAttribute("name", .complex, "The parts of the name.").with {
                $0.subAttributes = nameParts
            },
            SCIMAttribute("displayName", .string, "The name to show.").with {
                $0.maximumBytes = 512
            },
            SCIMAttribute("nickName", .string, "What the user is called."),
            SCIMAttribute("profileUrl", .reference, "A page about the user.").with {
                $0.isCaseExact = true
                $0.referenceTypes = ["external"]
            },
            SCIMAttribute("title", .string, "The title, as in Vice President."),
            SCIMAttribute("userType", .string, "How the user belongs to the organization."),
            SCIMAttribute("preferredLanguage", .string, "Languages, as Accept-Language has them."),
            SCIMAttribute("locale", .string, "How numbers, moments and money are written."),
            SCIMAttribute("timezone", .string, "The time zone, as in Europe/Berlin."),
            SCIMAttribute("active", .boolean, "Whether the user may come in at all.").with {
                $0.isRequired = true
            },
            SCIMAttribute("password", .string, "A password to set.").with {
                $0.isCaseExact = true
                $0.mutability = .writeOnly
                $0.returned = .never
                $0.maximumBytes = 16_384
            },
            SCIMAttribute("emails", .complex, "Addresses for mail.").with {
                $0.isMultiValued = true
                $0.subAttributes = values("The address.", types: ["work", "home", "other"])
            },
            SCIMAttribute("phoneNumbers", .complex, "Numbers of phones.").with {
                $0.isMultiValued = true
                $0.subAttributes = values(
                    "The number.",
                    types: ["work", "home", "mobile", "fax", "pager", "other"]
                )
            },
            SCIMAttribute("addresses", .complex, "Postal addresses.").with {
                $0.isMultiValued = true
                $0.subAttributes = addressParts
            },
            SCIMAttribute("groups", .complex, "The groups that the user is in.").with {
                $0.isMultiValued = true
                $0.mutability = .readOnly
                $0.subAttributes = groupParts
            },
            SCIMAttribute("roles", .complex, "The role; Basic if there is none.").with {
                $0.isMultiValued = true
                $0.subAttributes = [
                    SCIMAttribute("value", .string, "The role's name.").with {
                        $0.canonicalValues = [
                            "Read-Only", "Scan Operator", "Standard", "Scan Manager",
                            "Administrator",
                        ]
                    },
                    primary,
                ]
            },
        ]
    )

    private static let nameParts = [
        SCIMAttribute("formatted", .string, "The whole name."),
        SCIMAttribute("familyName", .string, "The family name."),
        SCIMAttribute("givenName", .string, "The given name."),
        SCIMAttribute("middleName", .string, "The middle names."),
        SCIMAttribute("honorificPrefix", .string, "What stands before the name, as in Dr."),
        SCIMAttribute("honorificSuffix", .string, "What stands after the name, as in III."),
    ]

    private static let primary = SCIMAttribute(
        "primary",
        .boolean,
        "Whether it is the preferred one, of which there is one at most."
    )

    private static func values(_ description: String, types: [String]) -> [SCIMAttribute] {
        [
            SCIMAttribute("value", .string, description),
            SCIMAttribute("display", .string, "The value for people."),
            SCIMAttribute("type", .string, "What it is for.").with { $0.canonicalValues = types },
            primary,
        ]
    }

    private static let addressParts = [
        SCIMAttribute("formatted", .string, "The whole address."),
        SCIMAttribute("streetAddress", .string, "The street and what is in it."),
        SCIMAttribute("locality", .string, "The city."),
        SCIMAttribute("region", .string, "The state or region."),
        SCIMAttribute("postalCode", .string, "The postal code."),
        SCIMAttribute("country", .string, "The country, two letters of ISO 3166-1."),
        SCIMAttribute("type", .string, "What it is for.").with {
            $0.canonicalValues = ["work", "home", "other"]
        },
        primary,
    ]

    private static let groupParts = [
        SCIMAttribute("value", .string, "The group's id.").with { $0.isCaseExact = true },
        SCIMAttribute("$ref", .reference, "Where the group is.").with {
            $0.isCaseExact = true
            $0.referenceTypes = ["Group"]
        },
        SCIMAttribute("display", .string, "The group's name."),
        SCIMAttribute("type", .string, "Whether the user itself was put in.").with {
            $0.canonicalValues = ["direct", "indirect"]
        },
    ].map { part in part.with { $0.mutability = .readOnly } }
}
