import ClientTransport

/// The one error of this library: what went wrong, with the server's status, message and request number.
///
/// ```swift
/// do {
///     try await tio.users.delete(42)
/// } catch {
///     switch error.kind {
///     case .notFound: print("there is no such user")
///     case .conflict: print("the server refuses: \(error.message)")
///     default: print(error)
///     }
/// }
/// ```
///
/// No error ever holds a password, a key, a token or a code.
public struct TenableError: Error, Sendable {
    /// What kind of failure it is.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// The address, the credentials or another setting cannot be used; nothing was sent.
        case unusableOption
        /// 400 and 422: the server does not take the request as it is.
        case badRequest
        /// 401: there are no credentials, or they open nothing.
        case unauthorized
        /// 403: the caller may not do this, or impersonation is refused.
        case forbidden
        /// 404: what the request is about does not exist.
        case notFound
        /// 409: a name is taken, or the change would lock somebody out.
        case conflict
        /// 429: too many requests in too short a time.
        case tooManyRequests
        /// 5xx: the server has failed.
        case server
        /// Any other status that is no success, a redirection among them.
        case unexpectedStatus
        /// Nothing could be sent.
        case connectionFailed
        /// The request may have arrived, its answer did not.
        case connectionLost
        /// The time is up.
        case timedOut
        /// The certificate is not trusted, or no encryption was agreed on.
        case untrusted
        /// The task was cancelled.
        case cancelled
        /// The connection was closed here.
        case closed
        /// The answer is not what the API prescribes, or is too large.
        case malformedAnswer
        /// Whether a user was created is not known, and looking did not tell.
        case uncertain
    }

    /// What kind of failure it is.
    public let kind: Kind

    /// The status of the answer; nil if none came.
    public let status: Int?

    /// One sentence for people, the server's own where it gave one.
    public let message: String

    /// The members of the body at fault, where the server names them.
    public let fields: [String]

    /// The number under which the server keeps the request in its log, from `X-Request-Uuid`.
    ///
    /// Nil where no answer came.
    public let requestID: String?

    /// How long the server asks to wait before the next attempt; nil if it does not say.
    public let retryAfter: Duration?

    /// Whether a change may have been made although the call failed, because its answer was lost.
    ///
    /// Look before you try again.
    public let isOutcomeUnknown: Bool

    /// The failure below, for whoever has to find it; nil if the server answered.
    public let cause: (any Error)?

    init(
        _ kind: Kind,
        _ message: String,
        status: Int? = nil,
        fields: [String] = [],
        requestID: String? = nil,
        retryAfter: Duration? = nil,
        isOutcomeUnknown: Bool = false,
        cause: (any Error)? = nil
    ) {
        self.kind = kind
        self.message = message
        self.status = status
        self.fields = fields
        self.requestID = requestID
        self.retryAfter = retryAfter
        self.isOutcomeUnknown = isOutcomeUnknown
        self.cause = cause
    }
}

extension TenableError: CustomStringConvertible, CustomDebugStringConvertible {
    /// The status and the message: `404: Not Found`.
    public var description: String {
        status.map { "\($0): \(message)" } ?? message
    }

    /// The description and everything that helps to find the cause.
    public var debugDescription: String {
        ErrorDetails.text(
            description,
            [
                "kind": "\(kind)",
                "fields": fields.isEmpty ? nil : fields.joined(separator: " "),
                "request": requestID,
                "retry after": retryAfter.map { "\($0)" },
                "cause": cause.map { "\($0)" },
            ]
        )
    }
}
