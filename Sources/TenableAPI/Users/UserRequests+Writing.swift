public import WireJSON

extension CreateUserRequest {
    /// Builds a body.
    public init(
        username: String,
        password: String,
        permissions: Int64?,
        name: String?,
        email: String?
    ) {
        self.username = username
        self.password = password
        self.permissions = permissions
        self.name = name
        self.email = email
    }

    /// Writes the members.
    public func writeMembers(to json: inout JSONWriter) {
        json.member("username", username)
        json.member("password", password)
        if let permissions { json.member("permissions", permissions) }
        json.optional("name", name)
        json.optional("email", email)
        json.member("type", "local")
    }
}

extension EditUserRequest {
    /// Builds a body that changes what is not nil; an empty name or address is cleared.
    public init(
        permissions: Int64? = nil,
        name: String? = nil,
        email: String? = nil,
        isEnabled: Bool? = nil,
        currentPassword: String? = nil
    ) {
        self.permissions = permissions
        self.name = name
        self.email = email
        self.isEnabled = isEnabled
        self.currentPassword = currentPassword
    }

    /// Writes the members.
    public func writeMembers(to json: inout JSONWriter) {
        if let permissions { json.member("permissions", permissions) }
        json.optional("name", name)
        json.optional("email", email)
        if let isEnabled { json.member("enabled", isEnabled) }
        json.optional("current_password", currentPassword)
    }
}

extension EnabledRequest {
    /// Builds a body.
    public init(isEnabled: Bool) {
        self.isEnabled = isEnabled
    }

    /// Writes the members.
    public func writeMembers(to json: inout JSONWriter) {
        json.member("enabled", isEnabled)
    }
}

extension AuthorizationsRequest {
    /// Builds a body.
    public init(
        isAPIPermitted: Bool,
        isPasswordPermitted: Bool,
        isSAMLPermitted: Bool,
        isSecondFactorRequired: Bool?
    ) {
        self.isAPIPermitted = isAPIPermitted
        self.isPasswordPermitted = isPasswordPermitted
        self.isSAMLPermitted = isSAMLPermitted
        self.isSecondFactorRequired = isSecondFactorRequired
    }

    /// Writes the members.
    public func writeMembers(to json: inout JSONWriter) {
        json.member("api_permitted", isAPIPermitted)
        json.member("password_permitted", isPasswordPermitted)
        json.member("saml_permitted", isSAMLPermitted)
        if let isSecondFactorRequired {
            json.member("mfa_enrollment_required", isSecondFactorRequired)
        }
    }
}
