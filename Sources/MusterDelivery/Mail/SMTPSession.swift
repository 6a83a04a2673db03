import CCurl
import MusterCore

/// A connection to a mail server.
///
/// Unchecked, because a pointer of C is not Sendable. The session behind it is used by one thread at a time (``SMTPThreads``
/// has one for each thread), but for ``abort()``, which takes a lock of the session's own; and it lives as long as this object.
final class SMTPSession: @unchecked Sendable {
    private let session: OpaquePointer

    /// Makes a session; nil if there is no memory for it.
    init?() {
        guard let session = ccurl_open() else { return nil }
        self.session = session
    }

    deinit {
        ccurl_close(session)
    }

    /// Delivers a message, or only looks whether the server lets itself be reached and signed in to; the thread waits.
    ///
    /// - Parameters:
    ///   - message: The message; nil to look only.
    ///   - server: The server.
    ///   - recipient: Who gets the message.
    ///   - time: How long it may take.
    /// - Returns: What came of it.
    func deliver(
        _ message: [UInt8]?,
        to server: SMTPServer,
        _ recipient: MailAddress?,
        within time: Duration
    ) -> SMTPAnswer {
        var outcome = ccurl_outcome()
        let total = max(1, min(time, .seconds(3_600)).wholeMilliseconds)
        let limits = ccurl_limits(
            connect_milliseconds: Int(min(total, 10_000)),
            total_milliseconds: Int(total)
        )
        let bytes = message ?? []
        (server.password ?? Secret("")).withExposedValue { password in
            ccurl_deliver(
                session,
                server.url,
                server.security != .none,
                server.authorities ?? "",
                server.username ?? "",
                password,
                server.from.text,
                message == nil ? "" : recipient?.text ?? "",
                bytes,
                bytes.count,
                limits,
                &outcome
            )
        }
        return SMTPAnswer(outcome, of: server)
    }

    /// Ends what is under way, from whatever thread; nothing is delivered any more.
    func abort() {
        ccurl_abort(session)
    }
}
