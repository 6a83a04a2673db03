import FoundationEssentials
import MusterCore
import MusterTesting
import SCIMAPI
import WireJSON

@testable import MusterServer

/// A user as SCIM shows it, put together as a tree, attribute by attribute, and put in order by the schemas: what the text that
/// the server writes is compared with.
struct SCIMUserReference {
    let account: PersonalAccount
    let isLocked: Bool
    let directory: Directory

    /// The attributes, without `schemas` and `meta`.
    var attributes: JSONObject {
        let user = account.user
        var resource = account.person.map { SCIMPerson.attributes($0) } ?? fallback
        func set(_ name: String, _ value: JSONValue?, in schema: SCIMSchema? = nil) {
            resource = resource.setting(name, to: value, in: schema)
        }
        let isUsername = account.person == nil || resource["displayName"] != nil
        let name = user.name ?? (isUsername ? user.username.text : nil)
        set("id", .string(user.uuid.text))
        set("externalId", account.person?.externalID.map { .string($0) })
        set("userName", .string(user.username.text))
        set("displayName", name.map { .string($0) })
        set("active", .bool(user.isEnabled))
        set("emails", SCIMPerson.emails(resource, of: account))
        set("roles", SCIMPerson.roles(resource, of: user))
        set("groups", groups)
        set("permissions", .integer(Int64(user.role.rawValue)), in: .musterUser)
        set("readMask", number(user.masks.read), in: .musterUser)
        set("writeMask", number(user.masks.write), in: .musterUser)
        set("liveviewMask", number(user.masks.liveview), in: .musterUser)
        let hosts = user.hosts.texts.map { JSONValue.string($0) }
        set("hosts", hosts.isEmpty ? nil : .array(hosts), in: .musterUser)
        let timeout = user.inactivityTimeout.components.seconds
        set("inactivityTimeout", number(timeout), in: .musterUser)
        set("locked", isLocked ? .bool(true) : nil, in: .musterUser)
        let authorizations = user.authorizations
        set("apiDoor", door(authorizations.api), in: .musterUser)
        set("passwordDoor", door(authorizations.password), in: .musterUser)
        set("samlDoor", door(authorizations.saml), in: .musterUser)
        let isRequired = authorizations.requiresSecondFactorEnrolment
        set("secondFactor", isRequired ? .string("required") : nil, in: .musterUser)
        return SCIMResourceType.user.ordered(resource)
    }

    /// The whole resource, with what is shown only to those who name it.
    func resource(root: String) -> JSONObject {
        let user = account.user
        var resource = attributes
        let version = SCIMVersion.tag(JSONValue.object(attributes).bytes, directory.digester)
        var schemas = [SCIMSchema.user.id]
        for schema in SCIMResourceType.user.extensions {
            let isShown = schema.attributes.contains {
                $0.returned == .byDefault && resource.value($0.name, in: schema) != nil
            }
            if isShown { schemas.append(schema.id) }
        }
        resource = resource.setting("schemas", to: .array(schemas.map { .string($0) }), in: nil)
        if case .array(let groups)? = resource["groups"] {
            let located = groups.map { group -> JSONValue in
                guard case .object(let group) = group, case .string(let id)? = group["value"] else {
                    return group
                }
                let place = JSONValue.string("\(root)/Groups/\(id)")
                return .object(group.setting("$ref", to: place, in: nil))
            }
            resource = resource.setting("groups", to: .array(located), in: nil)
        }
        resource = resource.setting(
            "meta",
            to: SCIMVersion.meta(
                "User",
                created: user.createdAt,
                changed: user.changedAt,
                location: "\(root)/Users/\(user.uuid.text)",
                version: version
            ),
            in: nil
        )
        return SCIMResourceType.user.ordered(resource)
    }

    private var fallback: JSONObject {
        let user = account.user
        let words = user.displayName.utf8.split(separator: UInt8(ascii: " "))
            .map { String(decoding: $0, as: UTF8.self) }
        let family = words.last ?? user.username.text
        let given = words.count > 1 ? words.dropLast().joined(separator: " ") : family
        let name = JSONObject([
            ("formatted", .string(user.displayName)), ("familyName", .string(family)),
            ("givenName", .string(given)),
        ])
        var resource = JSONObject([("name", .object(name))])
        if user.displayEmail.utf8.contains(UInt8(ascii: "@")) {
            let mirror = JSONObject([("type", .string("work")), ("primary", .bool(true))])
            resource = resource.setting("emails", to: .array([.object(mirror)]), in: nil)
        }
        return resource
    }

    private var groups: JSONValue? {
        guard !account.groups.isEmpty else { return nil }
        return .array(
            account.groups.map { group in
                .object(
                    JSONObject([
                        ("value", .string(group.uuid.text)), ("display", .string(group.name)),
                        ("type", .string("direct")),
                    ])
                )
            }
        )
    }

    private func number(_ value: Int64) -> JSONValue? { value == 0 ? nil : .integer(value) }

    private func door(_ isOpen: Bool) -> JSONValue? { isOpen ? nil : .string("closed") }
}
