import ClientTransport
import TenableAPI

extension TenableIO.Session {
    /// Chooses where codes of one's own second factor go.
    ///
    /// - Parameters:
    ///   - email: Whether to the e-mail address.
    ///   - sms: Whether to the phone.
    ///   - phone: The phone, such as `+15555555555`; needed when `sms` is true.
    ///   - password: One's own password, which Muster asks for.
    /// - Throws: ``TenableError``.
    public func twoFactor(
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
        try await credentials.twoFactor(factor)
    }

    /// Sends a code to one's own phone, to set up a second factor.
    ///
    /// - Parameters:
    ///   - phone: The phone, such as `+15555555555`.
    ///   - password: One's own password, which Muster asks for.
    /// - Throws: ``TenableError``.
    public func enableTwoFactor(
        phone: String,
        password: String? = nil
    ) async throws(TenableError) {
        try await credentials.sendVerification(
            SendVerificationRequest(smsPhone: phone, password: password)
        )
    }

    /// Gives back the code that was sent to the phone.
    ///
    /// - Parameter code: The code.
    /// - Throws: ``TenableError``: of kind ``TenableError/Kind/badRequest`` for a wrong or expired one.
    public func verifyTwoFactor(code: String) async throws(TenableError) {
        try await credentials.verify(VerifyCodeRequest(code: code))
    }
}
