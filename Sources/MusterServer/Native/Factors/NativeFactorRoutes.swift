import HTTPTypes
import Hummingbird
import MusterAPI
import MusterCore
import QRCode
import WireJSON

/// Second factors in the native API: one's own, and for administrators those of others.
///
/// | method | path | needs | answers |
/// |---|---|---|---|
/// | GET | /factors | anybody | 200 list |
/// | POST | /factors/totp | a fresh session, or the password | 201 secret and QR code |
/// | POST | /factors/totp/{id}/confirm | its code | 200 factor |
/// | POST | /factors/webauthn/options | a fresh session, or the password | 200 options |
/// | POST | /factors/webauthn | the options' challenge, signed | 201 factor |
/// | POST | /factors/recovery | a fresh session, or the password | 200 codes |
/// | DELETE | /factors/{id} | a fresh session, or the password | 204 |
/// | GET | /users/{ref}/factors | administrator or oneself | 200 list |
/// | POST | /users/{ref}/factors/reset | administrator | 204 |
struct NativeFactorRoutes {
    private let directory: Directory
    private let factors: FactorService

    init(_ directory: Directory) {
        self.directory = directory
        factors = FactorService(directory)
    }

    var routes: [Route] {
        [
            NativeRoutes.reading("/factors", in: directory, list),
            NativeRoutes.route(.post, "/factors/totp", addTimeCode),
            NativeRoutes.route(.post, "/factors/totp/:id/confirm", confirmTimeCode),
            NativeRoutes.route(.post, "/factors/webauthn/options", passkeyOptions),
            NativeRoutes.route(.post, "/factors/webauthn", addPasskey),
            NativeRoutes.route(.post, "/factors/recovery", renewRecoveryCodes),
            NativeRoutes.route(.delete, "/factors/:id", remove),
            NativeRoutes.reading("/users/:ref/factors", in: directory, listOfUser),
            NativeRoutes.route(.post, "/users/:ref/factors/reset", reset),
        ]
    }

    @Sendable private func list(_ call: ReadCall) throws(MusterError) -> Answer? {
        answer(try factors.list(of: .oneself, by: call.principal, in: call.reader))
    }

    @Sendable private func listOfUser(_ call: ReadCall) throws(MusterError) -> Answer? {
        let target = call.principal.target(try call.nativeUser())
        return answer(try factors.list(of: target, by: call.principal, in: call.reader))
    }

    private func answer(_ list: FactorList) -> Answer {
        let record = FactorListRecord(
            factors: list.factors.map(FactorRecord.init),
            recoveryCodes: Int64(list.recoveryCodesLeft),
            isSMSEnabled: list.user.secondFactor.isSMSEnabled,
            isEmailEnabled: list.user.secondFactor.isEmailEnabled,
            isRequired: list.user.authorizations.requiresSecondFactorEnrolment
        )
        return Answer.json { record.write(to: &$0) }
    }

    @Sendable private func addTimeCode(_ call: Call) async throws -> Response {
        let new = try await factors.addTimeCode(by: try call.callerForChange) {
            () throws(MusterError) in
            let body = try call.readObject(FactorBody.init)
            return (body.label, body.password.map { Secret($0) })
        }
        let record = new.secret.withExposedValue { secret in
            new.uri.withExposedValue { uri in
                NewTimeCodeRecord(
                    id: new.id.rawValue,
                    secret: secret,
                    uri: uri,
                    picture: QRCode(uri)?.svg ?? ""
                )
            }
        }
        return Response.json(.created, reserving: 16_384) { record.write(to: &$0) }
    }

    @Sendable private func confirmTimeCode(_ call: Call) async throws -> Response {
        let added = try await factors.confirmTimeCode(call.factor, by: try call.callerForChange) {
            () throws(MusterError) in
            Secret(try call.readObject(CodeBody.init).code)
        }
        return answer(added, .ok)
    }

    private func answer(_ added: AddedFactor, _ status: HTTPResponse.Status) -> Response {
        let record = AddedFactorRecord(
            factor: FactorRecord(added.factor),
            recoveryCodes: added.recoveryCodes.map(NativeFactorRoutes.exposed)
        )
        return Response.json(status) { record.write(to: &$0) }
    }

    @Sendable private func passkeyOptions(_ call: Call) async throws -> Response {
        let options = try await factors.passkeyOptions(by: try call.callerForChange) {
            () throws(MusterError) in
            try call.readObject(PasswordBody.init).password.map { Secret($0) }
        }
        let record = CreationOptionsRecord(options)
        return Response.json(reserving: 2048) { record.write(to: &$0) }
    }

    @Sendable private func addPasskey(_ call: Call) async throws -> Response {
        let added = try await factors.addPasskey(by: try call.callerForChange) {
            () throws(MusterError) in
            let body = try call.readObject(NewPasskeyBody.init)
            return (body.label, PasskeyAttestation(body.credential))
        }
        return answer(added, .created)
    }

    @Sendable private func renewRecoveryCodes(_ call: Call) async throws -> Response {
        let codes = try await factors.renewRecoveryCodes(by: try call.callerForChange) {
            () throws(MusterError) in
            try call.readObject(PasswordBody.init).password.map { Secret($0) }
        }
        let record = RecoveryCodesRecord(codes: NativeFactorRoutes.exposed(codes))
        return Response.json { record.write(to: &$0) }
    }

    @Sendable private func remove(_ call: Call) async throws -> Response {
        try await factors.remove(call.factor, by: try call.callerForChange) {
            () throws(MusterError) in
            try call.readObject(PasswordBody.init).password.map { Secret($0) }
        }
        return Response(status: .noContent)
    }

    @Sendable private func reset(_ call: Call) async throws -> Response {
        try await factors.reset(try call.nativeUser(), by: try call.callerForChange)
        return Response(status: .noContent)
    }

    /// Codes that are shown once, in the answer to whoever they are for.
    private static func exposed(_ codes: [Secret<String>]) -> [String] {
        codes.map { code in code.withExposedValue { $0 } }
    }
}

extension Call {
    /// The factor that the path names; nil if that is no number, as no factor's is.
    fileprivate var factor: FactorID? {
        Int64(parameter("id")).map(FactorID.init(rawValue:))
    }
}

extension FactorRecord {
    /// The record of a factor.
    fileprivate init(_ factor: Factor) {
        var isSynced: Bool?
        if case .passkey(let passkey) = factor.proof { isSynced = passkey.isBackedUp }
        self.init(
            id: factor.id.rawValue,
            kind: factor.kind.rawValue,
            label: factor.label,
            createdAt: factor.createdAt.rawValue,
            lastUsedAt: factor.lastUsedAt?.rawValue,
            isOff: factor.isOff,
            isSynced: isSynced
        )
    }
}
