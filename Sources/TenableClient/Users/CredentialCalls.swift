import ClientTransport
import NIOHTTP1
import TenableAPI

/// Passwords, keys and second factors, of a user or of the caller itself.
struct CredentialCalls {
    let tio: TenableIO
    /// The pattern of the path to whoever they belong, for the log.
    let route: String
    /// The path.
    let path: String

    /// - Throws: ``TenableError``.
    func changePassword(_ change: ChangePasswordRequest) async throws(TenableError) {
        _ = try await tio.send(request(.PUT, "/chpasswd") { change.writeMembers(to: &$0) })
    }

    /// - Throws: ``TenableError``.
    func genAPIKeys() async throws(TenableError) -> TenableIO.APIKeys {
        let request = Request(.PUT, route + "/keys", path: path + "/keys")
        return try await tio.record(request) { object throws(TenableFieldError) in
            try TenableIO.APIKeys(TenableFields(object))
        }
    }

    /// - Throws: ``TenableError``.
    func twoFactor(_ factor: TwoFactorRequest) async throws(TenableError) {
        var request = request(.PUT, "/two-factor") { factor.writeMembers(to: &$0) }
        request.isRepeatable = true
        _ = try await tio.send(request)
    }

    /// - Throws: ``TenableError``.
    func sendVerification(_ verification: SendVerificationRequest) async throws(TenableError) {
        let request = request(.POST, "/two-factor/send-verification") { json in
            verification.writeMembers(to: &json)
        }
        _ = try await tio.send(request)
    }

    /// - Throws: ``TenableError``.
    func verify(_ verification: VerifyCodeRequest) async throws(TenableError) {
        let request = request(.POST, "/two-factor/verify-code") { json in
            verification.writeMembers(to: &json)
        }
        _ = try await tio.send(request)
    }

    private func request(
        _ method: HTTPMethod,
        _ tail: String,
        _ members: (inout JSONWriter) -> Void
    ) -> Request {
        Request(method, route + tail, path: path + tail, members)
    }
}
