import MusterCore
import NIOCore

/// Sends an operation's answers from whatever thread makes them.
struct LDAPSender: Sendable {
    let loop: any EventLoop
    let connection: NIOLoopBound<LDAPConnection>
    /// The client's number of the operation.
    let id: Int

    /// Sends bytes, and returns when there is room for more.
    ///
    /// - Throws: `CancellationError` where the operation was given up or the connection is gone.
    func callAsFunction(_ bytes: [UInt8]) async throws {
        try await loop.flatSubmit { connection.value.write(bytes, of: id, on: loop) }.get()
    }
}

/// How an operation ends.
///
/// Its last answer is sent together with its end: whoever has it may ask under the same number at once.
struct LDAPEnd: Sendable {
    /// What a connection is after an operation.
    enum Outcome: Sendable {
        case unchanged
        /// Somebody else has bound, or nobody has.
        case bound(Principal?)
    }

    /// The last answer.
    let bytes: [UInt8]
    var outcome = Outcome.unchanged
}
