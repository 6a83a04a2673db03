import MusterCore

/// Hands letters to a mail server.
public final class SMTPCarrier: Carrier {
    /// The longest that one delivery may take.
    public static let patience = Duration.seconds(30)

    private let server: SMTPServer
    private let threads: SMTPThreads
    private let patience: Duration

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - server: The server.
    ///   - connections: How many messages are on their way at a time, from 1.
    public convenience init(_ server: SMTPServer, connections: Int) {
        self.init(server, connections: connections, patience: SMTPCarrier.patience)
    }

    /// Starts the threads; no delivery takes longer than is said.
    init(_ server: SMTPServer, connections: Int, patience: Duration) {
        self.server = server
        self.patience = patience
        threads = SMTPThreads(connections)
    }

    /// Delivers a letter.
    public func deliver(_ letter: Letter, within time: Duration) async -> DeliveryOutcome {
        // Asked for again here, whoever has let it through before: libcurl sends addresses as they are.
        guard let recipient = MailAddress(letter.recipient) else {
            return .refused("the address is none to which mail can be sent")
        }
        return await talk(letter, recipient, within: time).outcome
    }

    /// Goes through connection, TLS and password, and delivers a letter if there is one.
    ///
    /// - Returns: Whether the server has taken name and password, and what it said at the end.
    /// - Throws: ``SMTPFailure``.
    public func look(
        _ letter: Letter? = nil
    ) async throws(SMTPFailure) -> (
        isSignedIn: Bool, reply: String
    ) {
        let recipient = letter.flatMap { MailAddress($0.recipient) }
        guard letter == nil || recipient != nil else {
            let reason = "the address is none to which mail can be sent"
            throw SMTPFailure(reason: reason, sentence: reason, advice: "Look at the address.")
        }
        let answer = await talk(letter, recipient, within: patience)
        guard answer.failure == nil else {
            throw SMTPFailure(
                reason: answer.reason,
                sentence: answer.sentence(from: server.from, to: recipient),
                advice: answer.advice
            )
        }
        return (answer.isSignedIn, answer.reply)
    }

    /// Ends what is under way; what is tried later fails.
    public func stop() {
        threads.abort()
    }

    private func talk(
        _ letter: Letter?,
        _ recipient: MailAddress?,
        within time: Duration
    ) async -> SMTPAnswer {
        let (server, patience) = (server, patience)
        return await threads.run { session in
            guard let session else { return .noMemory(server) }
            var message: [UInt8]?
            if let letter, let recipient {
                message = letter.text.withExposedValue { text in
                    MailMessage(
                        from: server.from,
                        fromName: server.fromName,
                        to: recipient,
                        subject: letter.subject,
                        text: text,
                        id: letter.id,
                        date: letter.createdAt
                    ).bytes
                }
            }
            let limit = min(time, patience)
            return session.deliver(message, to: server, recipient, within: limit)
        }
    }
}

/// Why a mail server cannot be used.
public struct SMTPFailure: Error, Sendable {
    /// A few words for operators, no secret among them.
    public let reason: String
    /// The same with the server's place and whom it has refused, without a full stop.
    public let sentence: String
    /// What to look at, a sentence.
    public let advice: String
}
