import CLibPQ
import MusterCore
import MusterSQL
import Synchronization
import SystemCalls

/// Ends a read that nobody waits for any more.
///
/// The way to the engine is shut, so that the thread that waits for an answer hears at once that there will be none, and makes
/// another connection for whoever comes next. The engine looks once a second whether somebody is there
/// (``PostgresConnection/makeSettings(of:)``), and gives up what it was doing. A request of the protocol's own to cancel would be a
/// connection more, which libpq before version 17 makes without TLS, and might come when the statement has ended and the next
/// one, which is somebody else's, has begun.
final class PostgresStop: Sendable {
    private struct State: Sendable {
        var isAsked = false
        /// The socket of the connection that reads, under a number of its own; nil if none does.
        var socket: CInt?
    }

    private let state = Mutex(State())

    /// Whether the read is to end.
    var isAsked: Bool { state.withLock { $0.isAsked } }

    /// Ends the read, from any thread.
    func ask() {
        state.withLock { state in
            state.isAsked = true
            if let socket = state.socket { _ = shutdown(socket, CInt(SHUT_RDWR)) }
        }
    }

    /// Reads on a connection, until that is asked for.
    ///
    /// - Throws: ``PostgresError`` of the kind `connection` where it was asked for already; what `body` throws.
    func reading<Result>(
        on connection: PostgresConnection,
        _ body: () throws -> Result
    ) throws -> Result {
        // The number may be another file's once the connection has closed it.
        let socket = fcntl(PQsocket(connection.pointer), F_DUPFD_CLOEXEC, 0)
        let isAsked = state.withLock { state in
            state.socket = socket < 0 ? nil : socket
            return state.isAsked
        }
        defer {
            state.withLock { $0.socket = nil }
            if socket >= 0 { close(socket) }
        }
        guard !isAsked else { throw PostgresError(.connection, "nobody waits for the answer") }
        return try body()
    }
}
