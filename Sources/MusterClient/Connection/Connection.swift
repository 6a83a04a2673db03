import ClientTransport
import NIOHTTP1
import Synchronization

/// The way to a server, shared by everything that was made from one ``MusterClient``.
final class Connection: Sendable {
    let transport: Transport
    let credentials: Secret<HTTPHeaders>?
    /// Whether the session was begun here, so that it is to be ended here.
    let ownsSession: Bool
    /// Whether the way was opened here, so that it is to be closed here.
    let ownsTransport: Bool

    private let isClosed = Mutex(false)

    init(
        _ transport: Transport,
        _ credentials: Secret<HTTPHeaders>?,
        ownsSession: Bool = false,
        ownsTransport: Bool = true
    ) {
        self.transport = transport
        self.credentials = credentials
        self.ownsSession = ownsSession
        self.ownsTransport = ownsTransport
    }

    /// Gets ready to talk to a server; nothing is sent yet.
    ///
    /// - Throws: ``MusterClientError`` of kind ``MusterClientError/Kind/unusableOption``.
    static func transport(
        to url: String,
        _ options: MusterClient.Options
    ) throws(MusterClientError) -> Transport {
        do {
            let address = try ServerAddress(url, allowsPlaintext: options.allowsPlaintext)
            return try Transport(address, options.transport)
        } catch {
            throw MusterClientError(error)
        }
    }

    /// Refuses to go on once the connection has been closed.
    ///
    /// - Throws: ``MusterClientError`` of kind ``MusterClientError/Kind/closed``.
    func requireOpen() throws(MusterClientError) {
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
        if ownsTransport { await transport.shutDown() }
    }

    private func logOut() async {
        var request = Request(.DELETE, RequestPath("/sessions/current"))
        request.longestTime = .seconds(5)
        // A session that cannot be ended runs out by itself.
        _ = try? await transport.send(request, credentials)
    }
}
