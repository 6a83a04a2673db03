public import WireJSON

extension ChangePasswordRequest {
    /// Builds a body.
    public init(password: String, currentPassword: String?, isTemporary: Bool = false) {
        self.password = password
        self.currentPassword = currentPassword
        self.isTemporary = isTemporary
    }

    /// Writes the members.
    public func writeMembers(to json: inout JSONWriter) {
        json.member("password", password)
        json.optional("current_password", currentPassword)
        if isTemporary { json.member("temporary", true) }
    }
}

extension TwoFactorRequest {
    /// Builds a body.
    public init(
        isEmailEnabled: Bool,
        isSMSEnabled: Bool,
        smsPhone: String?,
        password: String? = nil
    ) {
        self.isEmailEnabled = isEmailEnabled
        self.isSMSEnabled = isSMSEnabled
        self.smsPhone = smsPhone
        self.password = password
    }

    /// Writes the members.
    public func writeMembers(to json: inout JSONWriter) {
        json.member("email_enabled", isEmailEnabled)
        json.member("sms_enabled", isSMSEnabled)
        json.optional("sms_phone", smsPhone)
        json.optional("password", password)
    }
}

extension SendVerificationRequest {
    /// Builds a body.
    public init(smsPhone: String, password: String?) {
        self.smsPhone = smsPhone
        self.password = password
    }

    /// Writes the members.
    public func writeMembers(to json: inout JSONWriter) {
        json.member("sms_phone", smsPhone)
        json.optional("password", password)
    }
}

extension VerifyCodeRequest {
    /// Builds a body.
    public init(code: String) {
        self.code = code
    }

    /// Writes the members.
    public func writeMembers(to json: inout JSONWriter) {
        json.member("verification_code", code)
    }
}

extension LoginBody {
    /// Writes the members.
    public func writeMembers(to json: inout JSONWriter) {
        json.member("username", username)
        json.member("password", password)
        json.optional("verification_code", code)
    }
}

extension JSONWriter {
    /// Writes a member that is a string, where there is one.
    mutating func optional(_ name: StaticString, _ text: String?) {
        if let text { member(name, text) }
    }
}
