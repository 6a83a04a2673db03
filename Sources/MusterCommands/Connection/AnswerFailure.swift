import ClientTransport
import MusterClient
import MusterCore
import TextBytes

/// What an answer says that is no success: one sentence, and the kind of failure.
struct AnswerFailure {
    /// The address, for sentences.
    let address: String
    /// What the caller showed, for sentences.
    let proof: Destination.Proof

    /// Reads the failure of a call that was answered.
    ///
    /// - Parameters:
    ///   - failure: What the client says.
    ///   - noun: What the answer should have held.
    /// - Returns: The error, with the answer's code and field.
    func error(_ failure: MusterClientError, _ noun: String = "record") -> CommandError {
        guard failure.kind != .malformedAnswer else { return strange(failure.field, noun) }
        guard failure.code != nil else { return strange(failure) }
        var error = told(failure)
        (error.code, error.field, error.rule) = (failure.code, failure.field, failure.rule)
        error.challenge = failure.challenge
        return error
    }

    private func told(_ failure: MusterClientError) -> CommandError {
        let message = FieldNames.told(failure)
        switch failure.status ?? 0 {
        case 401 where failure.isCode(.loginFailed):
            return CommandError(.refused, sentence(message))
        case 401 where failure.isCode(.loginExpired):
            return CommandError(
                .denied,
                "The time for the code is over, or too many were wrong. Begin again."
            )
        case 401: return CommandError(.denied, unauthorized)
        case 403 where failure.isCode(.passwordChangeRequired):
            return CommandError(.denied, AnswerFailure.choosingAnother(proof))
        case 403 where failure.isCode(.enrolmentRequired):
            return CommandError(.denied, AnswerFailure.settingUp(proof))
        case 403 where failure.isCode(.codeUndeliverable):
            return CommandError(.denied, sentence(message))
        case 403: return CommandError(.denied, "You may not do this: \(sentence(message))")
        case 404: return CommandError(.notFound, sentence(message))
        case 409, 412: return CommandError(.refused, sentence(message))
        case 429, 503:
            let wait = failure.retryAfter.map { "in \($0.components.seconds) s" } ?? "later"
            return CommandError(
                .tryAgain,
                "\(sentence(message)) Try again \(wait)."
            )
        case 400 where AnswerFailure.isRefusal(failure):
            return CommandError(.refused, sentence(message))
        case 400..<500: return CommandError(.badInput, sentence(message))
        default:
            let number = failure.requestID.map { " Its number in the server's log is \($0)." }
            return CommandError(.fault, sentence(message) + (number ?? ""))
        }
    }

    /// Whether what was asked for is well-formed, and refused for what is there.
    private static func isRefusal(_ failure: MusterClientError) -> Bool {
        failure.isCode(.currentPasswordInvalid)
    }

    /// What to do about a temporary password, on the command line.
    static func choosingAnother(_ proof: Destination.Proof) -> String {
        "The password is temporary. Choose another one: muster users passwd\(proof.option)"
    }

    /// What to do about a second factor that one has to have, on the command line.
    static func settingUp(_ proof: Destination.Proof) -> String {
        "You have to set up a second factor first. Run: muster factors add totp\(proof.option)"
    }

    private var unauthorized: String {
        switch proof {
        case .none: "You are not logged in at \(address). Run: \(proof.login(at: address))"
        case .profile:
            "Your login at \(address) is no longer good. Run: \(proof.login(at: address))"
        case .environment(let variables):
            "\(address) does not accept what is in \(variables), or no longer, or not from here."
        case .typed: "\(address) does not accept these keys, or no longer, or not from here."
        case .local: "The directory does not accept this command."
        }
    }

    private func sentence(_ message: String) -> String {
        guard let last = message.utf8.last, !".!?".utf8.contains(last) else { return message }
        return message + "."
    }
}

extension MusterClientError {
    /// Whether the answer has one of the directory's codes.
    func isCode(_ code: MusterError.Code) -> Bool {
        self.code?.hasSameBytes(as: code.rawValue) == true
    }
}

extension CommandError {
    /// Whether the server's answer has one of the directory's codes.
    func isCode(_ code: MusterError.Code) -> Bool {
        self.code?.hasSameBytes(as: code.rawValue) == true
    }

    /// Whether the server's answer names a member as the one at fault.
    func isField(_ name: String) -> Bool {
        field?.hasSameBytes(as: name) == true
    }
}
