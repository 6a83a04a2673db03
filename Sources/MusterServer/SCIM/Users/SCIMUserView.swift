import FoundationEssentials
import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// Shows users as SCIM does: everything but what says where they are.
struct SCIMUserView: Sendable {
    private let directory: Directory

    init(_ directory: Directory) {
        self.directory = directory
    }

    /// The attributes of a user, without `schemas` and `meta`.
    func attributes(of account: PersonalAccount) -> JSONObject {
        let user = account.user
        var resource =
            account.person.map { SCIMPerson.attributes($0) } ?? SCIMPerson.fallback(for: user)
        func set(_ name: String, _ value: JSONValue?, in schema: SCIMSchema? = nil) {
            resource = resource.setting(name, to: value, in: schema)
        }
        set("id", .string(user.uuid.text))
        set("externalId", account.person?.externalID.map { .string($0) })
        set("userName", .string(user.username.text))
        set("displayName", displayName(of: account, resource))
        set("active", .bool(user.isEnabled))
        set("emails", SCIMPerson.emails(resource, of: account))
        set("roles", SCIMPerson.roles(resource, of: user))
        set("groups", groups(account.groups))
        set("permissions", .integer(Int64(user.role.rawValue)), in: .musterUser)
        set("readMask", number(user.masks.read), in: .musterUser)
        set("writeMask", number(user.masks.write), in: .musterUser)
        set("liveviewMask", number(user.masks.liveview), in: .musterUser)
        let hosts = user.hosts.texts.map { JSONValue.string($0) }
        set("hosts", hosts.isEmpty ? nil : .array(hosts), in: .musterUser)
        let timeout = user.inactivityTimeout.components.seconds
        set("inactivityTimeout", number(timeout), in: .musterUser)
        let isLocked = directory.rules.lockout.locks(user.logins, at: directory.clock.now())
        set("locked", isLocked ? .bool(true) : nil, in: .musterUser)
        let authorizations = user.authorizations
        set("apiDoor", method(authorizations.api), in: .musterUser)
        set("passwordDoor", method(authorizations.password), in: .musterUser)
        set("samlDoor", method(authorizations.saml), in: .musterUser)
        let isRequired = authorizations.requiresSecondFactorEnrolment
        set("secondFactor", isRequired ? .string("required") : nil, in: .musterUser)
        return SCIMResourceType.user.ordered(resource)
    }

    /// The attributes that ``plainAttributes(of:)`` has.
    static let plainNames = ["id", "externalId", "userName", "displayName", "active"]

    /// Those of the attributes that are soon made.
    func plainAttributes(of account: PersonalAccount) -> JSONObject {
        let user = account.user
        let stored = user.name == nil ? account.person.map { SCIMPerson.attributes($0) } : nil
        var members: [(name: String, value: JSONValue)] = [
            ("id", .string(user.uuid.text)), ("userName", .string(user.username.text)),
            ("active", .bool(user.isEnabled)),
        ]
        if let id = account.person?.externalID { members.append(("externalId", .string(id))) }
        if let name = displayName(of: account, stored ?? JSONObject()) {
            members.append(("displayName", name))
        }
        return JSONObject(members)
    }

    private func displayName(of account: PersonalAccount, _ stored: JSONObject) -> JSONValue? {
        let isUsername = account.person == nil || stored["displayName"] != nil
        return account.user.name.map { .string($0) }
            ?? (isUsername ? .string(account.user.username.text) : nil)
    }

    private func groups(_ groups: [Group]) -> JSONValue? {
        guard !groups.isEmpty else { return nil }
        return .array(
            groups.map { group in
                .object(
                    JSONObject([
                        ("value", .string(group.uuid.text)), ("display", .string(group.name)),
                        ("type", .string("direct")),
                    ])
                )
            }
        )
    }

    /// A number, of which zero is shown as none, so that it can be taken away.
    private func number(_ value: Int64) -> JSONValue? { value == 0 ? nil : .integer(value) }

    private func method(_ isOpen: Bool) -> JSONValue? { isOpen ? nil : .string("closed") }

    /// The entity tag of a user with these attributes.
    func version(_ attributes: JSONObject) -> String {
        SCIMVersion.tag(JSONValue.object(attributes).bytes, directory.digester)
    }

    /// The whole resource.
    func resource(_ account: PersonalAccount, root: String) -> JSONObject {
        let attributes = attributes(of: account)
        return resource(account, attributes, version(attributes), root: root)
    }

    /// The same, with attributes and a version that are known already.
    func resource(
        _ account: PersonalAccount,
        _ attributes: JSONObject,
        _ version: String,
        root: String
    ) -> JSONObject {
        let user = account.user
        var resource = attributes
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
}
