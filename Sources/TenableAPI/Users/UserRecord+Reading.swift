import TextBytes
public import WireJSON

extension UserRecord {
    /// Reads a record, of the service of today or of its earlier years.
    ///
    /// Only a UUID, an id and a name to log in by have to be there, as callers below Administrator see them; what
    /// is left out keeps the value of an empty record, and what is unknown is passed over.
    ///
    /// - Throws: ``PayloadError`` where a member is missing or of the wrong type.
    public init(_ object: JSONObject) throws(PayloadError) {
        self.init()
        let payload = Payload(object, upTo: TextLimit.answer)
        uuid = try payload.requiredString("uuid", or: "uuid_id")
        guard let number = try payload.integer("id") else {
            throw PayloadError(field: "id", rule: "is required")
        }
        id = number
        username = try payload.requiredString("username", or: "user_name")
        email = try payload.string("email") ?? username
        name = try payload.string("name") ?? username
        type = try payload.string("type") ?? type
        permissions = try payload.integer("permissions").map { Int(clamping: $0) } ?? permissions
        roles = try payload.objects("rbac_roles")?.map { role throws(PayloadError) in
            try RoleName(role)
        }
        isUIPermitted = try payload.bool("ui_permitted") ?? isUIPermitted
        isUISAMLOnly = try payload.bool("ui_saml_only") ?? isUISAMLOnly
        isAPIPermitted = try payload.bool("api_permitted") ?? isAPIPermitted
        lastLoginAttempt = try payload.integer("last_login_attempt")
        loginFailCount =
            try payload.integer("login_fail_count").map { Int(clamping: $0) } ?? loginFailCount
        loginFailTotal =
            try payload.integer("login_fail_total").map { Int(clamping: $0) } ?? loginFailTotal
        lastAPIKeyAccess = try payload.integer("last_apikey_access")
        isEnabled = try payload.bool("enabled") ?? isEnabled
        isUndeletable = try payload.bool("undeletable") ?? isUndeletable
        twoFactor = try payload.object("two_factor").map { factor throws(PayloadError) in
            try TwoFactor(factor)
        }
        groupUUIDs = try payload.strings("group_uuids") ?? groupUUIDs
        isLockedOut = try payload.flag("lockout") ?? isLockedOut
        containerUUID = try payload.string("container_uuid") ?? containerUUID
        lastLogin = try payload.integer("lastlogin")
    }
}

extension UserRecord.RoleName {
    fileprivate init(_ payload: Payload) throws(PayloadError) {
        name = try payload.requiredString("name")
        uuid = try payload.requiredString("uuid")
    }
}

extension UserRecord.TwoFactor {
    fileprivate init(_ payload: Payload) throws(PayloadError) {
        smsPhone = try payload.string("sms_phone")
        isSMSEnabled = try payload.flag("sms_enabled") ?? false
        isEmailEnabled = try payload.flag("email_enabled") ?? false
    }
}
