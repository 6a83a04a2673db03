import ClientTransport
import MusterClient
import MusterCore
import NIOCore
import TextBytes

extension AnswerFailure {
    /// The members that hold the lists of answers.
    private static let lists = ["users", "groups", "sessions", "events", "keys", "hosts", "bits"]

    /// What is said of a success that holds something else than it should.
    ///
    /// It is none of Muster's, and must not be shown as somebody who has and may nothing.
    func strange(_ field: String?, _ noun: String) -> CommandError {
        guard let field else {
            return CommandError(
                .protocolMismatch,
                "The answer of \(address) is not what a Muster server says. Check the address."
            )
        }
        if field.hasSameBytes(as: "total") {
            return CommandError(
                .protocolMismatch,
                "The server's answer does not say how many \(noun)s there are."
            )
        }
        if let list = AnswerFailure.lists.first(where: { $0.hasSameBytes(as: field) }) {
            return CommandError(.protocolMismatch, "The server's answer has no list of \(list).")
        }
        return CommandError(
            .protocolMismatch,
            "The answer of \(address) holds no \(noun). Check the address."
        )
    }

    /// What is said of a refusal that no Muster server gives.
    func strange(_ failure: MusterClientError) -> CommandError {
        // Servers with TLS, ours and others, answer so to whoever speaks plain HTTP.
        if failure.status == 400, address.utf8.starts(with: "http://".utf8),
            failure.answer?.mentionsHTTPS == true
        {
            return CommandError(
                .unavailable,
                "The server at \(address) speaks TLS. Say https:// in place of http://."
            )
        }
        return CommandError(
            .protocolMismatch,
            "What answers at \(address) is no Muster server, or something stands in between "
                + "(status \(failure.status ?? 0)). Check the address."
        )
    }
}

extension Answer {
    /// Whether the beginning of the body has the word HTTPS in it.
    fileprivate var mentionsHTTPS: Bool {
        let start = body.readableBytesView.prefix(TextLimit.answer)
        return start.indices.contains { start[$0...].starts(with: "HTTPS".utf8) }
    }
}
