import ClientTransport
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
        let told = AnswerFailure.message(answer)
        guard let message = told?.message else { return strange(answer) }
        switch answer.status {
        case 401 where told?.code.map({ ByteText($0) }) == "login_failed":
            return CommandError(.refused, sentence(message))
        case 401: return CommandError(.denied, unauthorized)
        case 403 where message.utf8.starts(with: AnswerFailure.temporaryPassword.utf8):
            return CommandError(.denied, AnswerFailure.choosingAnother(proof))
        case 403: return CommandError(.denied, "You may not do this: \(sentence(message))")
        case 404: return CommandError(.notFound, sentence(message))
        case 409, 412: return CommandError(.refused, sentence(message))
        case 429, 503:
            let wait = answer.retryAfter.map { "in \($0.components.seconds) s" } ?? "later"
            return CommandError(.tryAgain, "\(sentence(message)) Try again \(wait).")
        case 400 where ByteText(message) == "Current password is invalid.":
            return CommandError(.refused, message)
        case 400..<500: return CommandError(.badInput, sentence(message))
        default:
            let number = answer.requestID.map { " Its number in the server's log is \($0)." } ?? ""
            return CommandError(.fault, sentence(message) + number)
        }
    }

    /// The message, and the code where there is one, of any of the three shapes of error bodies.
    static func message(_ answer: Answer) -> (message: String, code: String?)? {
        guard case .object(let body)? = answer.json else { return nil }
        if let message = body.text("error.message") {
            return (message.head(TextLimit.answer), body.text("error.code"))
        }
        return (body.text("message") ?? body.text("error")).map { text in
            (unwrapped(text.head(TextLimit.answer)), nil)
        }
    }

    /// How a server begins to tell a caller that has to choose another password before anything else.
    static let temporaryPassword = "The password is temporary."

    /// What to do then, on the command line.
    static func choosingAnother(_ proof: Destination.Proof) -> String {
        "\(temporaryPassword) Choose another one: muster users passwd\(proof.option)"
    }

    /// Takes `child "name" fails because [...]` off, in which the Tenable dialect wraps its complaints.
    private static func unwrapped(_ message: String) -> String {
        var rest = message.utf8[...]
        while rest.starts(with: "child \"".utf8), rest.last == UInt8(ascii: "]"),
            let opening = rest.firstIndex(of: UInt8(ascii: "["))
        {
            rest = rest[opening...].dropFirst().dropLast()
        }
        return String(Substring(rest))
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
