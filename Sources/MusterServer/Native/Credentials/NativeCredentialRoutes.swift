import HTTPTypes
import Hummingbird
import MusterAPI
import MusterCore
import WireJSON

/// Passwords, API keys and second factors in the native API, and the check of somebody else's password.
///
/// Whoever is named by the path may be the caller itself, which needs no right for it.
struct NativeCredentialRoutes {
    private let directory: Directory
    private let passwords: PasswordService
    private let keys: APIKeyService
    private let factors: SecondFactorService
    private let checks: CredentialCheckService

    init(_ directory: Directory) {
        self.directory = directory
        passwords = PasswordService(directory)
        keys = APIKeyService(directory)
        factors = SecondFactorService(directory)
        checks = CredentialCheckService(directory)
    }

    var routes: [Route] {
        let factor = "/users/:ref/two-factor"
        return [
            NativeRoutes.route(.put, "/users/:ref/password", changePassword),
            NativeRoutes.route(.put, "/users/:ref/keys", rotateKeys),
            NativeRoutes.route(.delete, "/users/:ref/keys", revokeKeys),
            NativeRoutes.route(.patch, factor, configure),
            NativeRoutes.route(.post, factor + "/send-verification", sendVerification),
            NativeRoutes.route(.post, factor + "/verify-code", verify),
            // A caller that is often refused waits before the next answer.
            NativeRoutes.route(.post, "/authenticate", waitsLong: true, authenticate),
        ]
    }

    @Sendable private func changePassword(_ call: Call) async throws -> Response {
        let principal = try call.callerForTaggedChange
        try await passwords.change(try call.nativeTarget(of: principal), by: principal) {
            () throws(MusterError) in
            let body = try call.readObject(NewPasswordBody.init)
            return PasswordChange(
                new: Secret(body.password),
                current: body.currentPassword.map { Secret($0) },
                isTemporary: body.isTemporary
            )
        }
        return done(by: principal)
    }

    @Sendable private func rotateKeys(_ call: Call) async throws -> Response {
        let principal = try call.callerForTaggedChange
        let pair = try await keys.rotate(try call.nativeTarget(of: principal), by: principal) {
            () throws(MusterError) in
            try call.readObject(PasswordBody.init).password.map { Secret($0) }
        }
        let record = pair.secretKey.withExposedValue { secret in
            APIKeyPairRecord(accessKey: pair.accessKey, secretKey: secret)
        }
        return Revision.changed(Response.json { record.write(to: &$0) }, by: principal)
    }

    @Sendable private func revokeKeys(_ call: Call) async throws -> Response {
        let principal = try call.callerForTaggedChange
        _ = try await keys.revoke(try call.nativeTarget(of: principal), by: principal)
        return done(by: principal)
    }

    @Sendable private func configure(_ call: Call) async throws -> Response {
        let principal = try call.callerForTaggedChange
        let target = try call.nativeTarget(of: principal)
        let warning = try await factors.configure(target, by: principal) {
            () throws(MusterError) in
            let body = try call.readObject(SecondFactorBody.init)
            return SecondFactorSettings(
                isEmailEnabled: body.isEmailEnabled,
                isSMSEnabled: body.isSMSEnabled,
                phone: try body.phone.map { text throws(MusterError) in try factors.phone(text) },
                password: body.password.map { Secret($0) }
            )
        }
        return done(by: principal).warning(warning)
    }

    @Sendable private func sendVerification(_ call: Call) async throws -> Response {
        let principal = try call.callerForTaggedChange
        try await factors.sendVerification(to: try call.nativeTarget(of: principal), by: principal)
        { () throws(MusterError) in
            let body = try call.readObject(SendVerificationBody.init)
            return (try factors.phone(body.phone), body.password.map { Secret($0) })
        }
        // No user has changed.
        return await Revision.told(Response(status: .noContent), in: directory)
    }

    @Sendable private func verify(_ call: Call) async throws -> Response {
        let principal = try call.callerForTaggedChange
        try await factors.verify(try call.nativeTarget(of: principal), by: principal) {
            () throws(MusterError) in
            Secret(try call.readObject(VerifyCodeBody.init).code)
        }
        return done(by: principal)
    }

    @Sendable private func authenticate(_ call: Call) async throws -> Response {
        let principal = try call.principal
        try principal.requireReader()
        let body = try call.readObject(AuthenticateBody.init)
        let masks = try await checks.check(
            LoginRequest(username: body.username, password: Secret(body.password)),
            from: body.address,
            by: principal
        )
        let record = MasksRecord(
            readbm: masks.read,
            writebm: masks.write,
            lviewbm: masks.liveview
        )
        return Response.json { record.write(to: &$0) }
    }

    private func done(by principal: Principal) -> Response {
        Revision.changed(Response(status: .noContent), by: principal)
    }
}
