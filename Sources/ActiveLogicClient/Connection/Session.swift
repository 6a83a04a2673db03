import ClientTransport
import Logging
import NIOHTTP1
import Synchronization

/// A session at a server, shared by everything that was opened from a connection.
final class Session: Sendable {
    let capabilities: Set<ActiveLogic.Capability>
    let pacing: Pacing

    private let transport: Transport
    private let credentials: Credentials
    private let logger: Logger
    private let isClosed = Mutex(false)

    init(_ handshake: Handshake, over transport: Transport, _ options: ActiveLogic.Options) {
        capabilities = handshake.capabilities
        credentials = handshake.credentials
        pacing = options.pacing
        logger = options.transport.logger
        self.transport = transport
    }

    /// Sends a request in the session.
    ///
    /// - Returns: The answer, which is a success or says that nothing has changed.
    /// - Throws: ``ActiveLogicError``.
    func send(_ request: Request) async throws(ActiveLogicError) -> Answer {
        try requireOpen()
        let answer = try await transport.answer(request, credentials.fields)
        guard (200..<300).contains(answer.status) || answer.isUnchanged else {
            throw ActiveLogicError(answer, to: request)
        }
        return answer
    }

    /// Refuses to go on when the session has been ended here.
    ///
    /// - Throws: ``ActiveLogicError`` with code `connection_closed`.
    func requireOpen() throws(ActiveLogicError) {
        guard !isClosed.withLock({ $0 }) else { throw .connectionClosed }
    }

    /// Ends the session, at the server too where it can be reached.
    ///
    /// API keys have none.
    func close() async {
        let isFirst = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
        guard isFirst else { return }
        // In a task of its own: also whoever was cancelled wants the session ended.
        if credentials.isSession { await Task { await logOut() }.value }
        await transport.shutDown()
    }

    private func logOut() async {
        var request = Request(.DELETE, "/sessions")
        request.longestTime = .seconds(5)
        do {
            let answer = try await transport.answer(request, credentials.fields)
            logger.debug("session ended", metadata: ["http.status": "\(answer.status)"])
        } catch {
            logger.debug("session left to run out", metadata: ["error.code": "\(error.code)"])
        }
    }
}
