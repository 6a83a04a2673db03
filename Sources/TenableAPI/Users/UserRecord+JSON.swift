public import WireJSON

extension UserRecord {
    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        writeMembers(to: &json)
        json.endObject()
    }

    /// Writes the members, for records that have more.
    public func writeMembers(to json: inout JSONWriter) {
        json.member("uuid", uuid)
        json.member("id", id)
        json.member("user_name", username)
        json.member("username", username)
        json.member("email", email)
        json.member("name", name)
        json.member("type", type)
        json.member("permissions", permissions)
        if let roles {
            json.name("rbac_roles")
            json.beginArray()
            for role in roles {
                json.beginObject()
                json.member("name", role.name)
                json.member("uuid", role.uuid)
                json.endObject()
            }
            json.endArray()
        }
        json.member("ui_permitted", isUIPermitted)
        json.member("ui_saml_only", isUISAMLOnly)
        json.member("api_permitted", isAPIPermitted)
        if let lastLoginAttempt { json.member("last_login_attempt", lastLoginAttempt) }
        json.member("login_fail_count", loginFailCount)
        json.member("login_fail_total", loginFailTotal)
        if let lastAPIKeyAccess { json.member("last_apikey_access", lastAPIKeyAccess) }
        json.member("enabled", isEnabled)
        json.member("undeletable", isUndeletable)
        if let twoFactor {
            json.name("two_factor")
            json.beginObject()
            if let phone = twoFactor.smsPhone { json.member("sms_phone", phone) }
            json.member("sms_enabled", twoFactor.isSMSEnabled ? 1 : 0)
            json.member("email_enabled", twoFactor.isEmailEnabled ? 1 : 0)
            json.endObject()
        }
        json.name("group_uuids")
        json.beginArray()
        for group in groupUUIDs { json.string(group) }
        json.endArray()
        json.member("lockout", isLockedOut ? 1 : 0)
        json.name("preferences")
        json.beginObject()
        json.endObject()
        json.member("container_uuid", containerUUID)
        if let lastLogin { json.member("lastlogin", lastLogin) }
        json.member("uuid_id", uuid)
    }

    /// Writes the four members that callers below Administrator see.
    public func writeBrief(to json: inout JSONWriter) {
        json.beginObject()
        json.member("uuid", uuid)
        json.member("id", id)
        json.member("username", username)
        json.member("email", email)
        json.endObject()
    }
}
