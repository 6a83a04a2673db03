import ClientTransport

/// The one error of this library: what went wrong, by the name that the API's manual gives it.
///
/// ```swift
/// do {
///     try await users.removeUser("new_user")
/// } catch {
///     switch error.kind {
///     case .valueError: print("there is no such user")
///     case .pldbDetached: print("log in again: \(error.reason ?? "")")
///     default: print(error)
///     }
/// }
/// ```
///
/// No error ever holds a password, a token or a code.
public struct ActiveLogicError: Error, Sendable {
    /// What kind of failure it is.
    ///
    /// The raw value is the manual's name.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        /// The server refused the most recent command.
        case pldbError = "PLDBError"
        /// The connection cannot be made or is lost, or the login is refused.
        case pldbIOError = "PLDBIOError"
        /// The session is over; ``ActiveLogicError/reason`` says why.
        case pldbDetached = "PLDBDetached"
        /// Another session has changed users since a strict handle read them.
        case pldbNewDataCommitted = "PLDBNewDataCommitted"
        /// The server lacks something without which nothing works, or does not speak this API.
        case pldbCapabilityError = "PLDBCapabilityError"
        /// The server's version does not know the feature.
        case pldbUnsupportedInFirmware = "PLDBUnsupportedInFirmware"
        /// A value is not what it may be, or names a user who does not exist.
        case valueError = "ValueError"
        /// A value is of the wrong type.
        case typeError = "TypeError"
    }

    /// What kind of failure it is.
    public let kind: Kind

    /// A stable name in snake case, such as `user_not_found`.
    ///
    /// The library's own are in <doc:ActiveLogicClient#Errors>; all others are the server's.
    public let code: String

    /// One sentence for people.
    public let message: String

    /// The argument at fault, by the name it has on the wire; nil if none is.
    public let field: String?

    /// Why the session is over; nil for other kinds.
    ///
    /// `logged_out`, `password_changed`, `disabled`, `account_expired`, `user_removed`, `idle_timeout`,
    /// `lifetime`, `revoked`, `replaced` or `directory_restored`; a newer server may know more.
    public let reason: String?

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

    /// The failure of the network below, for whoever has to find it; nil if the server answered.
    public let cause: (any Error)?

    init(
        _ kind: Kind,
        _ code: String,
        _ message: String,
        field: String? = nil,
        reason: String? = nil,
        requestID: String? = nil,
        retryAfter: Duration? = nil,
        isOutcomeUnknown: Bool = false,
        cause: (any Error)? = nil
    ) {
        self.kind = kind
        self.code = code
        self.message = message
        self.field = field
        self.reason = reason
        self.requestID = requestID
        self.retryAfter = retryAfter
        self.isOutcomeUnknown = isOutcomeUnknown
        self.cause = cause
    }
}

extension ActiveLogicError: CustomStringConvertible, CustomDebugStringConvertible {
    /// The manual's name and the message: `PLDBError: A User with the given name already exists`.
    public var description: String {
        "\(kind.rawValue): \(message)"
    }

    /// The description and everything that helps to find the cause.
    public var debugDescription: String {
        ErrorDetails.text(
            description,
            [
                "code": code,
                "field": field,
                "reason": reason,
                "request": requestID,
                "retry after": retryAfter.map { "\($0)" },
                "cause": cause.map { "\($0)" },
            ]
        )
    }
}
