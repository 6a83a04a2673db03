import FoundationEssentials
import MusterCore
import SCIMAPI
import WireJSON

extension SCIMUserText {
    func writeGroups(in frame: Frame?, to json: inout JSONWriter) {
        guard !account.groups.isEmpty else { return }
        json.name("groups")
        json.beginArray()
        for group in account.groups {
            let uuid = group.uuid.text
            json.beginObject()
            json.member("value", uuid)
            if let frame { json.member("$ref", frame.root, "/Groups/", uuid) }
            json.member("display", group.name)
            json.member("type", "direct")
            json.endObject()
        }
        json.endArray()
    }

    func writeRoles(to json: inout JSONWriter) {
        let user = account.user
        guard user.role != .basic else { return }
        if let stored, let roles = SCIMPerson.roles(stored, of: user) {
            for attribute in Self.roles { attribute.write(roles, to: &json) }
            return
        }
        json.name("roles")
        json.beginArray()
        json.beginObject()
        json.member("value", user.role.name)
        json.endObject()
        json.endArray()
    }

    var hasEnterprise: Bool {
        guard case .object(let object)? = stored?[SCIMSchema.enterpriseUser.id] else {
            return false
        }
        return SCIMSchema.enterpriseUser.attributes.contains { object[$0.name] != nil }
    }

    func writeEnterprise(to json: inout JSONWriter) {
        guard stored != nil, hasEnterprise else { return }
        let schema = SCIMSchema.enterpriseUser
        guard case .object(let object)? = stored?[schema.id] else { return }
        json.name(escaping: schema.id)
        json.beginObject()
        for index in schema.attributes.indices {
            guard let value = object[schema.attributes[index].name] else { continue }
            schema.attributes[index].write(value, to: &json)
        }
        json.endObject()
    }

    func writeMuster(hidesRequested: Bool, to json: inout JSONWriter) {
        guard !hidesRequested || hasMuster else { return }
        let user = account.user
        json.name(escaping: SCIMSchema.musterUser.id)
        json.beginObject()
        if !hidesRequested { json.member("permissions", Int64(user.role.rawValue)) }
        // Zero is shown as none, so that it can be taken away.
        if user.masks.read != 0 { json.member("readMask", user.masks.read) }
        if user.masks.write != 0 { json.member("writeMask", user.masks.write) }
        if user.masks.liveview != 0 { json.member("liveviewMask", user.masks.liveview) }
        if !user.hosts.networks.isEmpty {
            json.name("hosts")
            json.beginArray()
            for host in user.hosts.texts { json.string(host) }
            json.endArray()
        }
        if user.timeoutSeconds != 0 { json.member("inactivityTimeout", user.timeoutSeconds) }
        if isLocked { json.member("locked", true) }
        let authorizations = user.authorizations
        if !authorizations.api { json.member("apiDoor", "closed") }
        if !authorizations.password { json.member("passwordDoor", "closed") }
        if !authorizations.saml { json.member("samlDoor", "closed") }
        if authorizations.requiresSecondFactorEnrolment {
            json.member("secondFactor", "required")
        }
        json.endObject()
    }
}

extension User {
    /// Whether a user has anything of Muster's own but what is shown only to those who name it, and but a lock.
    var hasMuster: Bool {
        masks.read != 0 || masks.write != 0 || masks.liveview != 0 || !hosts.networks.isEmpty
            || timeoutSeconds != 0 || !authorizations.api || !authorizations.password
            || !authorizations.saml || authorizations.requiresSecondFactorEnrolment
    }

    /// Most have none, which is seen without the division of a large number.
    fileprivate var timeoutSeconds: Int64 {
        inactivityTimeout == .zero ? 0 : inactivityTimeout.components.seconds
    }
}
