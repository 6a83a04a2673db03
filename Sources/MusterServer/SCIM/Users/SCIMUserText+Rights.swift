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
            if let frame { json.member("$ref", frame.root + "/Groups/" + uuid) }
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
        let schema = SCIMSchema.enterpriseUser
        guard hasEnterprise, case .object(let object)? = stored?[schema.id] else { return }
        json.name(escaping: schema.id)
        json.beginObject()
        for attribute in schema.attributes {
            guard let value = object[attribute.name] else { continue }
            attribute.write(value, to: &json)
        }
        json.endObject()
    }

    /// Whether a user has anything of Muster's own but what is shown only to those who name it.
    var hasMuster: Bool {
        let user = account.user
        let authorizations = user.authorizations
        return user.masks.read != 0 || user.masks.write != 0 || user.masks.liveview != 0
            || !user.hosts.texts.isEmpty || user.inactivityTimeout.components.seconds != 0
            || isLocked || !authorizations.api || !authorizations.password || !authorizations.saml
            || authorizations.requiresSecondFactorEnrolment
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
        let hosts = user.hosts.texts
        if !hosts.isEmpty {
            json.name("hosts")
            json.beginArray()
            for host in hosts { json.string(host) }
            json.endArray()
        }
        let timeout = user.inactivityTimeout.components.seconds
        if timeout != 0 { json.member("inactivityTimeout", timeout) }
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
