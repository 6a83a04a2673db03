import HTTPTypes
import MusterCore
import TenableAPI

/// The one place where the directory's error codes become statuses and bodies of the Tenable dialect.
enum TenableErrors {
    static func answer(to error: MusterError) -> Answer {
        let status = status(of: error.code)
        var answer = Answer.json(status, reserving: 256) {
            envelope(for: error, status).write(to: &$0) { json in
                error.challenge?.writeMembers(to: &json)
            }
        }
        answer.addFields(of: error)
        answer.addHint(of: error)
        return answer
    }

    private static func status(of code: MusterError.Code) -> HTTPResponse.Status {
        switch code {
        case .credentialsMissing, .credentialsInvalid, .sessionExpired, .codeRequired,
            .confirmationRequired:
            .unauthorized
        case .insufficientScope, .escalation, .impersonationRefused, .passwordChangeRequired,
            .enrolmentRequired, .codeUndeliverable:
            .forbidden
        case .userNotFound, .groupNotFound, .sessionNotFound, .requestNotFound:
            .notFound
        case .userUnapprovedDomain, .usernameInvalid, .passwordPolicy, .currentPasswordInvalid,
            .groupNotEmpty, .groupImmutable, .roleNotFound, .inputInvalid, .inputMalformed,
            .inputBodyDropped, .codeInvalid:
            .badRequest
        case .userAlreadyExists, .groupAlreadyExists, .lastAdministrator, .ownAccount,
            .successorRefused, .userUndeletable, .factorLast:
            .conflict
        case .methodNotAllowed: .methodNotAllowed
        case .revisionChanged: .preconditionFailed
        case .bodyTooLarge: .contentTooLarge
        case .headerTooLarge: .requestHeaderFieldsTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .rateLimited: .tooManyRequests
        case .overloaded, .storeUnavailable: .serviceUnavailable
        default: .internalServerError
        }
    }

    private static func envelope(
        for error: MusterError,
        _ status: HTTPResponse.Status
    ) -> ErrorEnvelope {
        switch error.code {
        case .userUnapprovedDomain, .currentPasswordInvalid, .groupAlreadyExists, .groupNotEmpty,
            .groupImmutable, .roleNotFound:
            return .backEnd(error.message)
        case .userNotFound where error.details["uuid"] != nil:
            return .backEnd(error.message)
        default:
            return .gateway(
                status: status.code,
                reason: reason(of: status),
                message: message(of: error, status),
                fields: error.details["field"].map { [$0] } ?? []
            )
        }
    }

    private static func message(of error: MusterError, _ status: HTTPResponse.Status) -> String {
        if error.code == .sessionExpired { return MusterError.invalidCredentials.message }
        // What has no rule was put into the service's words where the body was read.
        if error.code == .inputInvalid, error.details["rule"] != nil,
            let field = error.details["field"]
        {
            return "child \"\(field)\" fails because [\(error.message)]"
        }
        return switch status {
        case .notFound: "Not Found"
        case .serviceUnavailable: "Please wait a moment and try your request again."
        case .internalServerError: RootResponder.internalMessage
        case .tooManyRequests: error.message + MusterError.waitAdvice
        default: error.message
        }
    }

    /// The reason phrases as the service writes them, which are those of RFC 7231.
    private static func reason(of status: HTTPResponse.Status) -> String {
        switch status {
        case .contentTooLarge: "Request Entity Too Large"
        default: status.reasonPhrase
        }
    }
}

extension TenableFieldError: FieldComplaint {}
