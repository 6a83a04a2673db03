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
            json.member("detail", error.sentence(at: status))
        }
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

    /// The status of an error: that of the native API.
    static func status(of error: MusterError) -> HTTPResponse.Status {
        NativeErrors.status(of: error.code)
    }
}
