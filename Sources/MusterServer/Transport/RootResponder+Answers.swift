import HTTPTypes
import Logging
import MusterCore
import TextBytes

extension RootResponder {
    /// The one place where errors become answers, in the dialect that the path belongs to.
    func answer(
        to error: any Error,
        path: String,
        requestID: String,
        logger: Logger
    ) -> Answer {
        let known = RootResponder.known(error)
        let dialect = dialects.owner(of: path)
        var answer = dialect.answer(known)
        answer.mediaType = dialect.mediaType
        let mayComeBack = answer.status == .serviceUnavailable || answer.status == .tooManyRequests
        if mayComeBack, answer[.retryAfter] == nil {
            answer.fields.append((.retryAfter, RootResponder.usualWait))
        }
        let isCounted = refusals.count(known)
        if answer.status.code >= 500, !isCounted {
            failures.tell(
                "request failed",
                [
                    "request.id": "\(requestID)",
                    "error.code": "\(known.code.rawValue)",
                    "error.cause": "\(known.cause.map { String(describing: $0) } ?? "none")",
                ],
                in: logger
            )
        }
        return answer
    }

    /// Seconds that somebody is told to wait where nothing says better.
    private static let usualWait = "1"

    /// What callers are told of a fault of the server's.
    static let internalMessage =
        "An internal server error occurred. Please wait a moment and try your request again."

    static func known(_ error: any Error) -> MusterError {
        switch error {
        case let error as MusterError: error
        case let refused as RefusedCookie: refused.error
        // Its sender has gone, and nobody reads this.
        case is CancellationError: .overloaded("The request was given up.", retryAfter: 1)
        default:
            MusterError(.serverInternal, RootResponder.internalMessage, cause: error)
        }
    }
}

extension HTTPFields {
    /// Whether nothing is to be answered from a copy that was not compared with the origin: `Cache-Control: no-cache` (RFC 9111
    /// section 5.2.1.4).
    var wantsNoCopy: Bool {
        self[values: .cacheControl].contains { $0.lists("no-cache") }
    }
}
