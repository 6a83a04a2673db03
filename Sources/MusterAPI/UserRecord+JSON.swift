public import WireJSON

extension UserRecord {
    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { writeMembers(to: &$0) }
    }

    /// Writes the members without the braces.
    func writeMembers(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("uuid", uuid)
        json.member("username", username)
        json.member("name", name)
        json.member("email", email)
        json.member("permissions", permissions)
        json.member("administers_by", administersBy)
        json.member("enabled", isEnabled)
        json.member("expires_at", expiresAt)
        json.member("expired", isExpired)
        json.member("note", note)
        json.member("locked", isLocked)
        json.member("hosts", hosts)
        json.member("readbm", readbm)
        json.member("writebm", writebm)
        json.member("lviewbm", lviewbm)
        json.member("timeout", timeout)
        json.member("api_permitted", isAPIPermitted)
        json.member("password_permitted", isPasswordPermitted)
        json.member("saml_permitted", isSAMLPermitted)
        json.name("two_factor")
        json.object { json in
            json.member("required", twoFactor.isRequired)
            json.member("email_enabled", twoFactor.isEmailEnabled)
            json.member("sms_enabled", twoFactor.isSMSEnabled)
            json.member("phone_verified", twoFactor.isPhoneVerified)
            json.member("apps", twoFactor.apps)
            json.member("passkeys", twoFactor.passkeys)
            json.member("recovery_codes", twoFactor.recoveryCodes)
        }
        json.member("failed_logins", failedLogins)
        json.member("total_failed_logins", totalFailedLogins)
        json.member("last_login", lastLogin)
        json.member("last_login_failure", lastLoginFailure)
        json.member("last_key_use", lastKeyUse)
        json.member("created_at", createdAt)
        json.member("changed_at", changedAt)
    }

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` for the first member that is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        try self.init(NativeFields(object))
    }

    init(_ fields: NativeFields) throws(FieldError) {
        id = try fields.number("id").required("id")
        uuid = try fields.text("uuid").required("uuid")
        username = try fields.text("username").required("username")
        name = try fields.optionalText("name")
        email = try fields.optionalText("email")
        permissions = try fields.number("permissions").required("permissions")
        administersBy = try fields.texts("administers_by").required("administers_by")
        isEnabled = try fields.flag("enabled").required("enabled")
        expiresAt = try fields.optionalNumber("expires_at")
        isExpired = try fields.flag("expired").required("expired")
        note = try fields.optionalText("note")
        isLocked = try fields.flag("locked").required("locked")
        hosts = try fields.texts("hosts").required("hosts")
        readbm = try fields.number("readbm").required("readbm")
        writebm = try fields.number("writebm").required("writebm")
        lviewbm = try fields.number("lviewbm").required("lviewbm")
        timeout = try fields.number("timeout").required("timeout")
        isAPIPermitted = try fields.flag("api_permitted").required("api_permitted")
        isPasswordPermitted = try fields.flag("password_permitted").required("password_permitted")
        isSAMLPermitted = try fields.flag("saml_permitted").required("saml_permitted")
        twoFactor = try TwoFactor(try fields.requiredFields("two_factor"))
        failedLogins = try fields.number("failed_logins").required("failed_logins")
        totalFailedLogins = try fields.number("total_failed_logins")
            .required("total_failed_logins")
        lastLogin = try fields.optionalNumber("last_login")
        lastLoginFailure = try fields.optionalNumber("last_login_failure")
        lastKeyUse = try fields.optionalNumber("last_key_use")
        createdAt = try fields.number("created_at").required("created_at")
        changedAt = try fields.number("changed_at").required("changed_at")
    }
}

extension UserRecord.TwoFactor {
    init(_ fields: NativeFields) throws(FieldError) {
        isRequired = try fields.flag("required").required("required")
        isEmailEnabled = try fields.flag("email_enabled").required("email_enabled")
        isSMSEnabled = try fields.flag("sms_enabled").required("sms_enabled")
        isPhoneVerified = try fields.flag("phone_verified").required("phone_verified")
        // Servers before these members have none of such factors.
        apps = try fields.number("apps") ?? 0
        passkeys = try fields.number("passkeys") ?? 0
        recoveryCodes = try fields.number("recovery_codes") ?? 0
    }
}
