import Hummingbird
import MusterCore
import TenableAPI
import WireJSON

/// Passwords, keys and second factors, of others and of oneself.
///
/// | method | path | needs | answers |
/// |---|---|---|---|
/// | PUT | /users/{id}/chpasswd, /session/chpasswd | Administrator, anybody | 200 empty |
/// | PUT | /users/{id}/keys, /session/keys | Administrator, anybody | 200 `{"accessKey","secretKey"}` |
/// | PUT | .../two-factor | Administrator, anybody | 200 empty |
/// | POST | .../two-factor/send-verification | Administrator, anybody | 200 empty |
/// | POST | .../two-factor/verify-code | Administrator, anybody | 200 empty |
struct TenableCredentialRoutes {
    private let passwords: PasswordService
    private let keys: APIKeyService
    private let factors: SecondFactorService

    init(_ directory: Directory) {
        passwords = PasswordService(directory)
        keys = APIKeyService(directory)
        factors = SecondFactorService(directory)
    }

    var routes: [Route] {
        list(under: "/users/:id") { .user($0.user) } + list(under: "/session") { _ in .oneself }
    }

    private func list(
        under path: String,
        _ target: @escaping @Sendable (Call) -> UserTarget
    ) -> [Route] {
        [
            Route(.put, path + "/chpasswd") { try await changePassword(target($0), $0) },
            Route(.put, path + "/keys") { try await rotateKeys(target($0), $0) },
            Route(.put, path + "/two-factor") { try await configure(target($0), $0) },
            Route(.post, path + "/two-factor/send-verification") {
                try await sendVerification(target($0), $0)
            },
            Route(.post, path + "/two-factor/verify-code") { try await verify(target($0), $0) },
        ]
    }

    private func changePassword(_ target: UserTarget, _ call: Call) async throws -> Response {
        try await passwords.change(target, by: try call.callerForChange) {
            () throws(MusterError) in
            let body = try call.read(ChangePasswordRequest.init)
            return PasswordChange(
                new: Secret(body.password),
                current: body.currentPassword.map { Secret($0) },
                isTemporary: body.isTemporary
            )
        }
        return .empty
    }

    private func rotateKeys(_ target: UserTarget, _ call: Call) async throws -> Response {
        let pair = try await keys.rotate(target, by: try call.callerForChange)
        return Response.json { json in
            json.object { json in
                json.member("accessKey", pair.accessKey)
                pair.secretKey.withExposedValue { json.member("secretKey", $0) }
            }
        }
    }

    private func configure(_ target: UserTarget, _ call: Call) async throws -> Response {
        let warning = try await factors.configure(target, by: try call.callerForChange) {
            () throws(MusterError) in
            let body = try call.read(TwoFactorRequest.init)
            return SecondFactorSettings(
                isEmailEnabled: body.isEmailEnabled,
                isSMSEnabled: body.isSMSEnabled,
                phone: try phone(body.smsPhone),
                password: body.password.map { Secret($0) }
            )
        }
        return Response.empty.warning(warning)
    }

    private func sendVerification(_ target: UserTarget, _ call: Call) async throws -> Response {
        try await factors.sendVerification(to: target, by: try call.callerForChange) {
            () throws(MusterError) in
            let body = try call.read(SendVerificationRequest.init)
            let phone = try TenableCredentialRoutes.childError { () throws(MusterError) in
                try factors.phone(body.smsPhone)
            }
            return (phone, body.password.map { Secret($0) })
        }
        return .empty
    }

    private func verify(_ target: UserTarget, _ call: Call) async throws -> Response {
        try await factors.verify(target, by: try call.callerForChange) { () throws(MusterError) in
            Secret(try call.read(VerifyCodeRequest.init).code)
        }
        return .empty
    }

    private func phone(_ text: String?) throws(MusterError) -> PhoneNumber? {
        guard let text, !text.isEmpty else { return nil }
        return try TenableCredentialRoutes.childError { () throws(MusterError) in
            try factors.phone(text)
        }
    }

    /// Puts a complaint about a phone into the service's own words.
    private static func childError(
        _ read: () throws(MusterError) -> PhoneNumber
    ) throws(MusterError) -> PhoneNumber {
        do {
            return try read()
        } catch {
            throw .invalid("sms_phone", "child \"sms_phone\" fails because [\(error.message)]")
        }
    }
}
