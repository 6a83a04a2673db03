import ActiveLogicAPI
import HTTPTypes
import MusterCore

/// The one place where the directory's error codes become statuses and bodies of the ActiveLogic dialect.
enum ActiveLogicErrors {
    static func answer(to error: MusterError) -> Answer {
        let (kind, status) = kindAndStatus(of: error.code)
        let record = ErrorRecord(
            kind: kind,
            code: code(of: error.code),
            message: message(of: error, status),
            field: error.details["field"],
            reason: kind == .detached ? error.details["reason"] : nil
        )
        var answer = Answer.json(status, reserving: 256) { record.write(to: &$0) }
        answer.addFields(of: error)
        return answer
    }

    private static func kindAndStatus(
        of code: MusterError.Code
    ) -> (ErrorKind, HTTPResponse.Status) {
        switch code {
        case .credentialsMissing, .credentialsInvalid, .codeRequired: (.ioError, .unauthorized)
        case .loginFailed, .confirmationRequired: (.error, .unauthorized)
        case .sessionExpired: (.detached, .unauthorized)
        case .insufficientScope, .escalation, .impersonationRefused, .passwordChangeRequired,
            .enrolmentRequired, .codeUndeliverable:
            (.error, .forbidden)
        case .userNotFound: (.valueError, .notFound)
        case .usernameInvalid, .passwordPolicy, .inputInvalid, .sshKeyInvalid:
            (.valueError, .unprocessableContent)
        case .inputType, .inputMalformed: (.typeError, .badRequest)
        case .revisionChanged: (.newDataCommitted, .preconditionFailed)
        case .userAlreadyExists, .currentPasswordInvalid, .lastAdministrator, .ownAccount,
            .userUndeletable, .sshKeyTooMany, .sshKeyNotFound:
            (.error, .conflict)
        case .requestNotFound: (.error, .notFound)
        case .methodNotAllowed: (.error, .methodNotAllowed)
        case .bodyTooLarge: (.error, .contentTooLarge)
        case .headerTooLarge: (.error, .requestHeaderFieldsTooLarge)
        case .unsupportedMediaType: (.error, .unsupportedMediaType)
        case .rateLimited: (.error, .tooManyRequests)
        case .overloaded, .storeUnavailable: (.error, .serviceUnavailable)
        default: (.error, .internalServerError)
        }
    }

    /// The code in snake case, in the words of the contract where it has some.
    private static func code(of code: MusterError.Code) -> String {
        switch code {
        case .insufficientScope, .escalation: "permission_denied"
        default: String(code.rawValue.map { $0 == "." ? "_" : $0 })
        }
    }

    private static func message(of error: MusterError, _ status: HTTPResponse.Status) -> String {
        switch error.code {
        case .userAlreadyExists: return "A User with the given name already exists"
        case .credentialsInvalid: return "Authorization failure"
        case .inputMalformed where error.details["hint"] != nil:
            return "\(error.message): \(error.details["hint"] ?? "")"
        case .rateLimited: return error.message + MusterError.waitAdvice
        case .confirmationRequired: return "Confirm it is you: log in again, or use API keys."
        default: break
        }
        return status == .internalServerError
            ? "The server failed. Please wait a moment and try again." : error.message
    }
}

extension ArgumentError: FieldComplaint {
    var isOfType: Bool { kind == .typeError }
}
