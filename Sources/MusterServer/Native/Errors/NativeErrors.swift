import HTTPTypes
import MusterAPI
import MusterCore
import WireJSON

/// The one place where the directory's error codes become statuses and bodies of the native API.
enum NativeErrors {
    static func answer(to error: MusterError) -> Answer {
        let status = status(of: error.code)
        var record = ErrorRecord(error)
        record.message = error.sentence(at: status)
        var answer = Answer.json(status, reserving: 256) { json in
            json.object { json in
                record.writeMember(to: &json)
                error.challenge?.writeMembers(to: &json)
            }
        }
        answer.addFields(of: error)
        answer.addHint(of: error)
        return answer
    }

    /// The status of an error, in the native API, in SCIM and in the console.
    static func status(of code: MusterError.Code) -> HTTPResponse.Status {
        switch code {
        case .credentialsMissing, .credentialsInvalid, .sessionExpired, .codeRequired,
            .confirmationRequired, .loginExpired, .loginFailed:
            .unauthorized
        case .insufficientScope, .escalation, .impersonationRefused, .passwordChangeRequired,
            .enrolmentRequired, .codeUndeliverable:
            .forbidden
        case .userNotFound, .groupNotFound, .sessionNotFound, .sshKeyNotFound, .requestNotFound,
            .factorNotFound, .passkeysUnavailable:
            .notFound
        case .userUnapprovedDomain, .usernameInvalid, .passwordPolicy, .currentPasswordInvalid,
            .groupNotEmpty, .groupImmutable, .roleNotFound, .inputInvalid, .inputType,
            .inputMalformed, .inputBodyDropped, .codeInvalid, .sshKeyInvalid, .factorRefused:
            .badRequest
        case .userAlreadyExists, .groupAlreadyExists, .lastAdministrator, .ownAccount,
            .successorRefused, .userUndeletable, .sshKeyTooMany, .factorTooMany, .factorExists,
            .factorLast:
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
}

extension LoginChallenge {
    /// Writes how the caller goes on, into an object that was begun.
    func writeMembers(to json: inout JSONWriter) {
        json.name("factors")
        json.array { json in
            for factor in factors { json.string(factor.rawValue) }
        }
        handle?.withExposedValue { json.member("login", $0) }
    }
}

extension ErrorRecord {
    /// The record of an error, in an answer of its own or in a line of an import's.
    init(_ error: MusterError) {
        // The rules of names do not know what a dialect calls the field.
        let nameRule: String? =
            switch error.code {
            case .userAlreadyExists: "is somebody's already"
            case .userUnapprovedDomain: "must be of an approved domain"
            default: nil
            }
        self.init(
            code: error.code.rawValue,
            message: error.message,
            field: error.details["field"] ?? nameRule.map { _ in "username" },
            rule: error.details["rule"] ?? nameRule
        )
    }
}

extension FieldError: FieldComplaint {
    var ruleAlone: String? { rule }
}
