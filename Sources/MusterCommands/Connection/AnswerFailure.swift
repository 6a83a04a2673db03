import ClientTransport
import MusterCore
import NIOCore
import TextBytes
import WireJSON

/// What an answer says that is no success: one sentence, and the kind of failure.
struct AnswerFailure {
    /// The address, for sentences.
    let address: String
    /// What the caller showed, for sentences.
    let proof: Destination.Proof

    /// Reads the answer.
    func error(_ answer: Answer) -> CommandError {
        guard let told = ToldError(answer) else { return strange(answer) }
        var error = error(answer, told)
        error.told = told
        return error
    }

    private func error(_ answer: Answer, _ told: ToldError) -> CommandError {
        let message = told.message
        switch answer.status {
        case 401 where told.isCode(.loginFailed):
            return CommandError(.refused, sentence(message))
        case 401: return CommandError(.denied, unauthorized)
        case 403 where told.isCode(.passwordChangeRequired):
            return CommandError(.denied, AnswerFailure.choosingAnother(proof))
        case 403: return CommandError(.denied, "You may not do this: \(sentence(message))")
        case 404: return CommandError(.notFound, sentence(message))
        case 409, 412: return CommandError(.refused, sentence(message))
        case 429, 503:
            let wait = answer.retryAfter.map { "in \($0.components.seconds) s" } ?? "later"
            return CommandError(.tryAgain, "\(sentence(message)) Try again \(wait).")
        case 400 where told.isCode(.currentPasswordInvalid):
            return CommandError(.refused, sentence(message))
        case 400..<500: return CommandError(.badInput, sentence(message))
        default:
            let number = answer.requestID.map { " Its number in the server's log is \($0)." } ?? ""
            return CommandError(.fault, sentence(message) + number)
        }
    }

    /// What to do about a temporary password, on the command line.
    static func choosingAnother(_ proof: Destination.Proof) -> String {
        "The password is temporary. Choose another one: muster users passwd\(proof.option)"
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

    /// What is said of an answer that no Muster server gives.
    private func strange(_ answer: Answer) -> CommandError {
        // Servers with TLS, ours and others, answer so to whoever speaks plain HTTP.
        if answer.status == 400, address.utf8.starts(with: "http://".utf8), answer.mentionsHTTPS {
            return CommandError(
                .unavailable,
                "The server at \(address) speaks TLS. Say https:// in place of http://."
            )
        }
        return CommandError(
            .protocolMismatch,
            "What answers at \(address) is no Muster server, or something stands in between "
                + "(status \(answer.status)). Check the address."
        )
    }

    private func sentence(_ message: String) -> String {
        guard let last = message.utf8.last, !".!?".utf8.contains(last) else { return message }
        return message + "."
    }
}

extension Answer {
    /// Whether the beginning of the body has the word HTTPS in it.
    fileprivate var mentionsHTTPS: Bool {
        let start = body.readableBytesView.prefix(TextLimit.answer)
        return start.indices.contains { start[$0...].starts(with: "HTTPS".utf8) }
    }
}
