import HTTPTypes
import HummingbirdCore
import MusterCore
import Testing

@testable import MusterServer

@Suite("Errors of the directory in the ActiveLogic dialect")
struct ActiveLogicErrorTests {
    /// The status of every code that this dialect can answer.
    static let statuses: [MusterError.Code: Int] = [
        .credentialsMissing: 401, .credentialsInvalid: 401, .codeRequired: 401, .loginFailed: 401,
        .sessionExpired: 401, .insufficientScope: 403, .escalation: 403,
        .impersonationRefused: 403, .passwordChangeRequired: 403, .enrolmentRequired: 403,
        .codeUndeliverable: 403, .confirmationRequired: 401,
        .userNotFound: 404,
        .requestNotFound: 404, .usernameInvalid: 422, .passwordPolicy: 422, .inputInvalid: 422,
        .sshKeyInvalid: 422, .inputType: 400, .inputMalformed: 400, .revisionChanged: 412,
        .userAlreadyExists: 409, .currentPasswordInvalid: 409, .lastAdministrator: 409,
        .ownAccount: 409, .userUndeletable: 409, .sshKeyTooMany: 409, .sshKeyNotFound: 409,
        .methodNotAllowed: 405, .bodyTooLarge: 413, .headerTooLarge: 431,
        .unsupportedMediaType: 415, .rateLimited: 429, .overloaded: 503, .storeUnavailable: 503,
        .serverInternal: 500,
    ]

    @Test("a code has its status", arguments: Array(statuses.keys))
    func status(_ code: MusterError.Code) {
        let response = ActiveLogicErrors.response(to: MusterError(code, "m"))
        #expect(Int(response.status.code) == Self.statuses[code])
    }

    @Test("the body names the code in snake case, and tells nothing of what lies below")
    func body() async throws {
        let error = MusterError(
            .storeUnavailable,
            "m",
            details: ["retry_after_seconds": "7"],
            cause: MusterError(.serverInternal, "planted")
        )
        let response = ActiveLogicErrors.response(to: error)
        let text = try await response.text()
        #expect(text.contains("\"store_unavailable\"") && !text.contains("planted"))
        #expect(response.headers[.retryAfter] == "7")
    }
}
