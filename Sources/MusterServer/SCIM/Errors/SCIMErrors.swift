import HTTPTypes
import MusterCore
import WireJSON

/// The one place where the directory's error codes become statuses and bodies of SCIM (RFC 7644 section 3.12).
enum SCIMErrors {
    /// The detail of an error that holds the standard's word for it.
    static let kind = "scim_type"

    private static let schema = "urn:ietf:params:scim:api:messages:2.0:Error"

    static func answer(to error: MusterError) -> Answer {
        let status = status(of: error)
        var answer = Answer.json(status, reserving: 256) {
            write(error, status, to: &$0)
        }
        if status == .unauthorized {
            answer.fields.append((.wwwAuthenticate, "Bearer realm=\"Muster\""))
        }
        answer.addFields(of: error)
        return answer
    }

    /// Writes the body of an error.
    static func write(
        _ error: MusterError,
        _ status: HTTPResponse.Status,
        to json: inout JSONWriter
    ) {
        json.object { json in
            json.name("schemas")
            json.array { $0.string(schema) }
            json.member("status", String(status.code))
            if let word = word(for: error) { json.member("scimType", word) }
            json.member("detail", detail(of: error, status))
        }
    }

    private static func detail(of error: MusterError, _ status: HTTPResponse.Status) -> String {
        if status == .internalServerError { return RootResponder.internalMessage }
        guard error.code == .inputMalformed, let hint = error.details["hint"] else {
            return error.message
        }
        return error.message + ": \(hint)"
    }

    /// The standard's word for an error, where it has one.
    private static func word(for error: MusterError) -> String? {
        if let word = error.details[kind] { return word }
        return switch error.code {
        case .inputMalformed, .inputBodyDropped: "invalidSyntax"
        case .userAlreadyExists, .groupAlreadyExists: "uniqueness"
        case .inputInvalid, .inputType, .usernameInvalid, .passwordPolicy, .roleNotFound,
            .currentPasswordInvalid, .userUnapprovedDomain, .sshKeyInvalid:
            "invalidValue"
        default: nil
        }
    }

    static func status(of error: MusterError) -> HTTPResponse.Status {
        switch error.code {
        case .credentialsMissing, .credentialsInvalid, .sessionExpired, .codeRequired,
            .confirmationRequired, .loginExpired, .loginFailed:
            .unauthorized
        case .insufficientScope, .escalation, .impersonationRefused, .passwordChangeRequired,
            .enrolmentRequired:
            .forbidden
        case .userNotFound, .groupNotFound, .requestNotFound: .notFound
        case .userUnapprovedDomain, .usernameInvalid, .passwordPolicy, .currentPasswordInvalid,
            .roleNotFound, .inputInvalid, .inputType, .inputMalformed, .inputBodyDropped,
            .groupImmutable, .groupNotEmpty, .codeInvalid, .sshKeyInvalid, .factorRefused:
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
        case .sessionNotFound, .sshKeyNotFound, .factorNotFound, .passkeysUnavailable: .notFound
        default: .internalServerError
        }
    }
}
