import ClientTransport
import NIOHTTP1
import Synchronization

/// The way to a server, shared by everything that was made from one ``TenableIO``.
final class Connection: Sendable {
    let transport: Transport
    let credentials: Credentials
    /// Whether the session was begun here, so that it is to be ended here.
    let ownsSession: Bool

    private let isClosed = Mutex(false)

    init(_ transport: Transport, _ credentials: Credentials, ownsSession: Bool = false) {
        self.transport = transport
        self.credentials = credentials
        self.ownsSession = ownsSession
    }

    /// Gets ready to talk to a server; nothing is sent yet.
    ///
    /// - Throws: ``TenableError`` of kind ``TenableError/Kind/unusableOption``.
    static func transport(
        to url: String,
        _ options: TenableIO.Options
    ) throws(TenableError) -> Transport {
        do {
            let address = try ServerAddress(url, allowsPlaintext: options.allowsPlaintext)
            return try Transport(address, options.transport)
        } catch {
            throw TenableError(error)
        }
    }

    /// Sends a request until there is an answer, or no further attempt is safe.
    ///
    /// - Returns: The answer, of whatever status.
    /// - Throws: ``TenableError`` if there is none.
    func answer(
        _ request: Request,
        impersonating name: String?
    ) async throws(TenableError) -> Answer {
        try requireOpen()
        do {
            return try await transport.send(request, credentials.fields(impersonating: name))
        } catch {
            throw TenableError(error, of: request)
        }
    }

    /// Waits before a request is sent again by whoever found out that this is safe.
    ///
    /// - Returns: Whether a further attempt is allowed.
    /// - Throws: ``TenableError`` of kind ``TenableError/Kind/cancelled``.
    func mayRepeat(_ request: Request, _ attempt: Int) async throws(TenableError) -> Bool {
        do {
            return try await transport.pause(afterAttempt: attempt)
        } catch {
            throw TenableError(error, of: request)
        }
    }

    /// Refuses to go on when the connection has been closed.
    ///
    /// - Throws: ``TenableError`` of kind ``TenableError/Kind/closed``.
    func requireOpen() throws(TenableError) {
        guard !isClosed.withLock({ $0 }) else { throw .closed }
    }

    /// Ends the session, where it was begun here, and lets go of all connections.
    func close() async {
        let isFirst = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
        guard isFirst else { return }
        if ownsSession {
            // In a task of its own: also whoever was cancelled wants the session ended.
            await Task { await logOut() }.value
        }
        await transport.shutDown()
    }

    private func logOut() async {
        var request = Request(.DELETE, "/session")
        request.longestTime = .seconds(5)
        // A session that cannot be ended runs out by itself.
        _ = try? await transport.send(request, credentials.fields(impersonating: nil))
    }
}
