import TextBytes
public import WireJSON

extension UserRecord {
    /// Reads a record, of the service of today or of its earlier years.
    ///
    /// Only a UUID, an id and a name to log in by have to be there, as callers below Administrator see them; what
    /// is left out keeps the value of an empty record, and what is unknown is passed over.
    ///
    /// - Throws: ``TenableFieldError`` where a member is missing or of the wrong type.
    public init(_ object: JSONObject) throws(TenableFieldError) {
        self.init()
        let fields = TenableFields(object, upTo: TextLimit.answer)
        uuid = try fields.requiredText("uuid", or: "uuid_id")
        guard let number = try fields.integer("id") else {
            throw TenableFieldError(field: "id", rule: "is required")
        }
        id = number
        username = try fields.requiredText("username", or: "user_name")
        email = try fields.text("email") ?? username
        name = try fields.text("name") ?? username
        type = try fields.text("type") ?? type
        permissions = try fields.integer("permissions").map { Int(clamping: $0) } ?? permissions
        roles = try fields.manyFields("rbac_roles")?.map { role throws(TenableFieldError) in
            try RoleName(role)
        }
        isUIPermitted = try fields.flag("ui_permitted") ?? isUIPermitted
        isUISAMLOnly = try fields.flag("ui_saml_only") ?? isUISAMLOnly
        isAPIPermitted = try fields.flag("api_permitted") ?? isAPIPermitted
        lastLoginAttempt = try fields.integer("last_login_attempt")
        loginFailCount =
            try fields.integer("login_fail_count").map { Int(clamping: $0) } ?? loginFailCount
        loginFailTotal =
            try fields.integer("login_fail_total").map { Int(clamping: $0) } ?? loginFailTotal
        lastAPIKeyAccess = try fields.integer("last_apikey_access")
        isEnabled = try fields.flag("enabled") ?? isEnabled
        isUndeletable = try fields.flag("undeletable") ?? isUndeletable
        twoFactor = try fields.fields("two_factor").map { factor throws(TenableFieldError) in
            try TwoFactor(factor)
        }
        groupUUIDs = try fields.texts("group_uuids") ?? groupUUIDs
        isLockedOut = try fields.flagOrBit("lockout") ?? isLockedOut
        containerUUID = try fields.text("container_uuid") ?? containerUUID
        lastLogin = try fields.integer("lastlogin")
    }
}

extension UserRecord.RoleName {
    fileprivate init(_ fields: TenableFields) throws(TenableFieldError) {
        name = try fields.requiredText("name")
        uuid = try fields.requiredText("uuid")
    }
}

extension UserRecord.TwoFactor {
    fileprivate init(_ fields: TenableFields) throws(TenableFieldError) {
        smsPhone = try fields.text("sms_phone")
        isSMSEnabled = try fields.flagOrBit("sms_enabled") ?? false
        isEmailEnabled = try fields.flagOrBit("email_enabled") ?? false
    }
}
