extension SCIMSchema {
    /// The extension for users of organizations (RFC 7643 section 4.3).
    public static let enterpriseUser = SCIMSchema(
        id: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        name: "EnterpriseUser",
        description: "Enterprise User",
        aliases: [
            "urn:scim:schemas:extension:enterprise:1.0",
            "urn:scim:schemas:extension:enterprise:2.0",
        ],
        attributes: [
            SCIMAttribute("employeeNumber", .string, "The number that the organization gave."),
            SCIMAttribute("costCenter", .string, "The cost center."),
            SCIMAttribute("organization", .string, "The organization."),
            SCIMAttribute("division", .string, "The division."),
            SCIMAttribute("department", .string, "The department."),
            SCIMAttribute("manager", .complex, "The manager.").with {
                $0.subAttributes = [
                    SCIMAttribute("value", .string, "The manager's id.").with {
                        $0.isCaseExact = true
                    },
                    SCIMAttribute("$ref", .reference, "Where the manager is.").with {
                        $0.isCaseExact = true
                        $0.referenceTypes = ["User"]
                    },
                    SCIMAttribute("displayName", .string, "The manager's name.").with {
                        $0.mutability = .readOnly
                    },
                ]
            },
        ]
    )

    /// What this directory knows of a user and no other schema does.
    public static let musterUser = SCIMSchema(
        id: "urn:ietf:params:scim:schemas:extension:muster:2.0:User",
        name: "MusterUser",
        description: "What a user may do in this directory, from where, and how it comes in",
        attributes: [
            SCIMAttribute("permissions", .integer, "The number of the role.").with {
                $0.mutability = .readOnly
                // Every user has it, so that the extension could never be taken away as a whole.
                $0.returned = .request
            },
            SCIMAttribute("readMask", .integer, "The read bits; none where it is absent."),
            SCIMAttribute("writeMask", .integer, "The write bits; none where it is absent."),
            SCIMAttribute("liveviewMask", .integer, "The liveview bits; none where it is absent."),
            SCIMAttribute("hosts", .string, "Addresses and networks to come from.").with {
                $0.isMultiValued = true
                $0.canonicalValues = ["192.0.2.0/24"]
                $0.maximumBytes = 49
                $0.maximumCount = 128
            },
            SCIMAttribute(
                "inactivityTimeout",
                .integer,
                "After how many idle seconds a session ends and a key rests; never where it is absent."
            ),
            SCIMAttribute("locked", .boolean, "True while failed logins lock the password.").with {
                $0.mutability = .readOnly
            },
            method("apiDoor", "Closed where API keys are not taken."),
            method("passwordDoor", "Closed where the password is not taken."),
            method("samlDoor", "Closed where single sign-on is not taken."),
            SCIMAttribute("secondFactor", .string, "Required where one has to be set up.").with {
                $0.canonicalValues = ["required"]
            },
        ]
    )

    /// The keys by which a user comes in over SSH, which are shown and taken where an operator says so.
    public static let sshKeys = SCIMSchema(
        id: "urn:ietf:params:scim:schemas:extension:muster:2.0:SSHKeys",
        name: "SSHKeys",
        description: "The public keys by which a user comes in over SSH",
        attributes: [
            SCIMAttribute("keys", .complex, "The public keys.").with {
                $0.isMultiValued = true
                $0.maximumCount = 64
                $0.subAttributes = [
                    SCIMAttribute(
                        "value",
                        .string,
                        "The type and the key, as in a .pub file; a comment behind them is left out."
                    ).with {
                        $0.isCaseExact = true
                        $0.isKeyLine = true
                        $0.maximumBytes = 16_384
                    },
                    SCIMAttribute("fingerprint", .string, "As ssh-keygen -l shows it.").with {
                        $0.isCaseExact = true
                        $0.mutability = .readOnly
                    },
                ]
            }
        ]
    )

    private static func method(_ name: String, _ description: String) -> SCIMAttribute {
        SCIMAttribute(name, .string, description).with { $0.canonicalValues = ["closed"] }
    }

    /// The core schema of groups (RFC 7643 section 4.2).
    public static let group = SCIMSchema(
        id: "urn:ietf:params:scim:schemas:core:2.0:Group",
        name: "Group",
        description: "Group",
        attributes: [
            SCIMAttribute("displayName", .string, "The name.").with {
                $0.isRequired = true
                $0.isUnique = true
            },
            SCIMAttribute("members", .complex, "The users who are in the group.").with {
                $0.isMultiValued = true
                $0.subAttributes = memberParts
            },
        ]
    )

    private static let memberParts = [
        SCIMAttribute("value", .string, "The member's id.").with {
            $0.isCaseExact = true
            $0.mutability = .immutable
        },
        SCIMAttribute("$ref", .reference, "Where the member is.").with {
            $0.isCaseExact = true
            $0.mutability = .immutable
            $0.referenceTypes = ["User", "Group"]
        },
        SCIMAttribute("type", .string, "What the member is.").with {
            $0.mutability = .immutable
            $0.canonicalValues = ["User", "Group"]
        },
        SCIMAttribute("display", .string, "The member's name.").with {
            $0.mutability = .readOnly
            $0.returned = .request
        },
    ]
}
