package import ClientTransport

/// The one error of this library: what went wrong, with the server's code, message and request number.
///
/// ```swift
/// do {
///     try await muster.users.remove("jane@example.com")
/// } catch {
///     switch error.code {
///     case "user.not_found": print("there is no such user")
///     case "access.last_administrator": print("the server refuses: \(error.message)")
///     default: print(error)
///     }
/// }
/// ```
///
/// No error ever holds a password, a key, a token or a code of a second factor.
public struct MusterClientError: Error, Sendable {
    /// What kind of failure it is.
    public let kind: Kind

    /// The status of the answer; nil if none came.
    public let status: Int?

    /// The stable code, `noun.reason`; nil if the answer has none.
    ///
    /// A newer server may know more of them.
    public let code: String?

    /// One sentence or two for people, the server's own where it gave one.
    public let message: String

    /// The member of the body or the parameter at fault, where the server names one.
    public let field: String?

    /// What is wrong with it, for sentences that call it something else: ``message`` without its name at the beginning;
    /// nil if the server gives none.
    public let rule: String?

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

    /// The answer that is no success.
    package let answer: Answer?
    /// Why there is no answer.
    package let failure: NetworkFailure?

    init(
        _ kind: Kind,
        _ message: String,
        status: Int? = nil,
        code: String? = nil,
        field: String? = nil,
        rule: String? = nil,
        requestID: String? = nil,
        retryAfter: Duration? = nil,
        isOutcomeUnknown: Bool = false,
        cause: (any Error)? = nil,
        answer: Answer? = nil,
        failure: NetworkFailure? = nil
    ) {
        self.kind = kind
        self.message = message
        self.status = status
        self.code = code
        self.field = field
        self.rule = rule
        self.requestID = requestID
        self.retryAfter = retryAfter
        self.isOutcomeUnknown = isOutcomeUnknown
        self.cause = cause
        self.answer = answer
        self.failure = failure
    }
}

extension MusterClientError: CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The code and the message, such as `user.not_found: The user does not exist`.
    public var description: String {
        code.map { "\($0): \(message)" } ?? status.map { "\($0): \(message)" } ?? message
    }

    /// The description and everything that helps to find the cause.
    public var debugDescription: String {
        ErrorDetails.text(
            description,
            [
                "kind": "\(kind)",
                "status": status.map { "\($0)" },
                "field": field,
                "request": requestID,
                "retry after": retryAfter.map { "\($0)" },
                "cause": cause.map { "\($0)" },
            ]
        )
    }

    /// A mirror without children: the answer of a stranger may hold anything.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
