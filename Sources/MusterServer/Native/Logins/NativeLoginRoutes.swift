import HTTPTypes
import Hummingbird
import MusterAPI
import MusterCore
import TextBytes
import WireJSON

/// Logins that a factor finishes, in the native API; all of them are for strangers.
///
/// | method | path | answers |
/// |---|---|---|
/// | POST | /logins/webauthn | 200 handle and options, for a passkey alone |
/// | POST | /logins/{handle} | 200 token, or 204 for a session that there is already |
/// | POST | /logins/{handle}/send | 202, a code is sent |
/// | GET | /logins/{handle}/webauthn | 200 options |
struct NativeLoginRoutes {
    private let logins: LoginService

    init(_ directory: Directory) {
        logins = LoginService(directory)
    }

    var routes: [Route] {
        [
            NativeRoutes.route(.post, "/logins/webauthn", isOpen: true, begin),
            NativeRoutes.route(.post, "/logins/:handle", isOpen: true, finish),
            NativeRoutes.route(.post, "/logins/:handle/send", isOpen: true, send),
            NativeRoutes.route(.get, "/logins/:handle/webauthn", isOpen: true, options),
        ]
    }

    @Sendable private func begin(_ call: Call) async throws -> Response {
        answer(try logins.beginWithPasskey(), verification: "required")
    }

    @Sendable private func options(_ call: Call) async throws -> Response {
        let request = try await logins.passkeyRequest(for: call.handle, from: call.origin)
        return answer(request, verification: "preferred")
    }

    private func answer(_ request: PasskeyRequest, verification: String) -> Response {
        let record = RequestOptionsRecord(request, verification: verification)
        return Response.json(reserving: 1024) { record.write(to: &$0) }
    }

    @Sendable private func finish(_ call: Call) async throws -> Response {
        let answer: FactorAnswer =
            switch try call.readObject(LoginAnswerBody.init) {
            case .code(let code): .code(Secret(code))
            case .credential(let record): .passkey(PasskeyAssertion(record))
            }
        let outcome = try await logins.finish(
            call.handle,
            with: answer,
            from: call.origin,
            by: call.program
        )
        switch outcome {
        case .confirmed:
            return Response(status: .noContent)
        case .begun(let session):
            return session.token.withExposedValue { token in
                let record = FinishedLoginRecord(
                    token: token,
                    recoveryCodesLeft: session.recoveryCodesLeft.map(Int64.init)
                )
                return Response.json { record.write(to: &$0) }
            }
        }
    }

    @Sendable private func send(_ call: Call) async throws -> Response {
        let text = try call.readObject(ChannelBody.init).channel
        guard text.utf8.count <= TextLimit.word,
            let channel = CodeMessage.Channel(rawValue: text)
        else {
            throw MusterError.invalid("channel", rule: "must be \"sms\" or \"email\"")
        }
        try await logins.sendCode(for: call.handle, by: channel, from: call.origin)
        return Response(status: .accepted)
    }
}

extension Call {
    /// The handle that the path names.
    fileprivate var handle: Secret<String> { Secret(parameter("handle")) }
}

extension PasskeyClientData {
    /// Client data as they were sent.
    fileprivate init(_ record: ClientDataRecord) {
        self.init(
            bytes: record.bytes,
            type: record.type,
            challenge: record.challenge,
            origin: record.origin,
            isCrossOrigin: record.isCrossOrigin
        )
    }
}

extension PasskeyAttestation {
    /// An attestation as it was sent.
    init(_ record: AttestationRecord) {
        self.init(clientData: PasskeyClientData(record.clientData), object: record.object)
    }
}

extension PasskeyAssertion {
    /// An assertion as it was sent.
    init(_ record: AssertionRecord) {
        self.init(
            credentialID: record.id,
            clientData: PasskeyClientData(record.clientData),
            authenticatorData: record.authenticatorData,
            signature: record.signature,
            userHandle: record.userHandle
        )
    }
}
