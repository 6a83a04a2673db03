import ClientTransport
import NIOHTTP1
import TenableAPI

extension TenableIO.Users {
    /// Changes a password.
    ///
    /// - Parameters:
    ///   - id: Whose.
    ///   - oldPassword: The present one; an administrator who changes somebody else's may leave it out.
    ///   - newPassword: The new one, which has to satisfy the server's policy.
    ///   - temporary: Whether the user has to choose another at the next login.
    /// - Throws: ``TenableError``: of kind ``TenableError/Kind/badRequest`` where a password is refused.
    public func changePassword(
        _ id: TenableIO.ID,
        oldPassword: String?,
        newPassword: String,
        temporary: Bool = false
    ) async throws(TenableError) {
        let change = ChangePasswordRequest(
            password: newPassword,
            currentPassword: oldPassword,
            isTemporary: temporary
        )
        try await credentials(id).changePassword(change)
    }

    /// Makes a new pair of API keys, which replaces the present one at once.
    ///
    /// - Parameter id: Whose.
    /// - Returns: The keys, which no call shows again.
    /// - Throws: ``TenableError``.
    public func genAPIKeys(_ id: TenableIO.ID) async throws(TenableError) -> TenableIO.APIKeys {
        try await credentials(id).genAPIKeys()
    }

    /// Reads the ways in that are open to a user.
    ///
    /// - Parameter id: Whose.
    /// - Returns: The ways in.
    /// - Throws: ``TenableError``.
    public func listAuths(
        _ id: TenableIO.ID
    ) async throws(TenableError) -> TenableIO.Authorizations {
        let tail = "/authorizations"
        let path = "/users/\(try id.path())" + tail
        return try await tio.record(Request(.GET, "/users/{id}" + tail, path: path)) {
            object throws(TenableFieldError) in try TenableIO.Authorizations(object)
        }
    }

    /// Opens and closes ways in for a user; what is left out stays as it is.
    ///
    /// The server takes all three together. Where one is left out, they are read first, and a change that
    /// somebody else makes at that moment is lost.
    ///
    /// - Parameters:
    ///   - id: Whose.
    ///   - apiPermitted: Whether API keys are accepted.
    ///   - passwordPermitted: Whether the password is accepted.
    ///   - samlPermitted: Whether a login with SAML is accepted.
    ///   - mfaEnrollmentRequired: Whether the user has to set up a second factor.
    /// - Throws: ``TenableError``: of kind ``TenableError/Kind/conflict`` for one's own account.
    public func editAuths(
        _ id: TenableIO.ID,
        apiPermitted: Bool? = nil,
        passwordPermitted: Bool? = nil,
        samlPermitted: Bool? = nil,
        mfaEnrollmentRequired: Bool? = nil
    ) async throws(TenableError) {
        let body: AuthorizationsRequest
        if let apiPermitted, let passwordPermitted, let samlPermitted {
            body = AuthorizationsRequest(
                isAPIPermitted: apiPermitted,
                isPasswordPermitted: passwordPermitted,
                isSAMLPermitted: samlPermitted,
                isSecondFactorRequired: mfaEnrollmentRequired
            )
        } else {
            let present = try await listAuths(id)
            body = AuthorizationsRequest(
                isAPIPermitted: apiPermitted ?? present.apiPermitted,
                isPasswordPermitted: passwordPermitted ?? present.passwordPermitted,
                isSAMLPermitted: samlPermitted ?? present.samlPermitted,
                isSecondFactorRequired: mfaEnrollmentRequired
            )
        }
        let request = try request(.PUT, id, "/authorizations") { body.writeMembers(to: &$0) }
        _ = try await tio.send(request.repeatable)
    }

    /// Chooses where codes of a second factor go.
    ///
    /// - Parameters:
    ///   - id: Whose.
    ///   - email: Whether to the e-mail address.
    ///   - sms: Whether to the phone.
    ///   - phone: The phone, such as `+15555555555`; needed when `sms` is true.
    ///   - password: The password of that user, which Muster asks for on one's own account.
    /// - Throws: ``TenableError``.
    public func twoFactor(
        _ id: TenableIO.ID,
        email: Bool,
        sms: Bool,
        phone: String? = nil,
        password: String? = nil
    ) async throws(TenableError) {
        let factor = TwoFactorRequest(
            isEmailEnabled: email,
            isSMSEnabled: sms,
            smsPhone: phone,
            password: password
        )
        try await credentials(id).twoFactor(factor)
    }

    /// Sends a code to a phone, to set up a second factor.
    ///
    /// - Parameters:
    ///   - id: Whose.
    ///   - phone: The phone, such as `+15555555555`.
    ///   - password: The password of that user, which Muster asks for on one's own account.
    /// - Throws: ``TenableError``.
    public func enableTwoFactor(
        _ id: TenableIO.ID,
        phone: String,
        password: String? = nil
    ) async throws(TenableError) {
        try await credentials(id).sendVerification(
            SendVerificationRequest(smsPhone: phone, password: password)
        )
    }

    /// Gives back the code that was sent to the phone.
    ///
    /// - Parameters:
    ///   - id: Whose.
    ///   - code: The code.
    /// - Throws: ``TenableError``: of kind ``TenableError/Kind/badRequest`` for a wrong or expired one.
    public func verifyTwoFactor(_ id: TenableIO.ID, code: String) async throws(TenableError) {
        try await credentials(id).verify(VerifyCodeRequest(code: code))
    }

    private func credentials(_ id: TenableIO.ID) throws(TenableError) -> CredentialCalls {
        CredentialCalls(tio: tio, route: "/users/{id}", path: "/users/\(try id.path())")
    }
}
