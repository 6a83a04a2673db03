import Logging
import MusterCore
import MusterDelivery

/// Which way messages take: into files for somebody else, into a spool of Muster's own, or none.
struct MessageRoutes: CodeSender {
    /// A way.
    enum Route: Sendable {
        /// One file a message, for whatever program carries it.
        case folder(OutboxCodeSender)
        /// Muster carries it.
        case spool(MessageSpool)
        /// Nobody does.
        case off
    }

    let email: Route
    let sms: Route
    let texts: MessageTexts
    let random: any RandomSource
    let logger: Logger?

    func send(_ message: CodeMessage) async throws(MusterError) {
        switch route(message.channel) {
        case .folder(let outbox): try await outbox.send(message)
        case .spool(let spool): try await put(Letter(message, texts, id: newID), into: spool)
        case .off: throw refusal("this server sends no codes by \(message.channel.rawValue)")
        }
    }

    func send(_ notice: Notice) async throws(MusterError) {
        switch email {
        case .folder(let outbox): try await outbox.send(notice)
        case .spool(let spool): try await put(Letter(notice, id: newID), into: spool)
        case .off: throw refusal("this server sends no e-mail")
        }
    }

    private func route(_ channel: CodeMessage.Channel) -> Route {
        switch channel {
        case .email: email
        case .sms: sms
        }
    }

    private var newID: String { Hex.text(random.bytes(16)) }

    private func put(_ letter: Letter, into spool: MessageSpool) async throws(MusterError) {
        if let reason = await spool.put(letter) { throw refusal(reason) }
    }

    private func refusal(_ reason: String) -> MusterError {
        logger?.error("a message cannot be sent", metadata: ["reason": "\(reason)"])
        return .overloaded("The verification code cannot be sent at present.", retryAfter: 30)
    }
}
