import AsyncHTTPClient
import NIOCore
import NIOSSL

/// A request that got no answer.
package struct NetworkFailure: Error {
    /// What happened.
    package enum Reason: Sendable {
        /// The caller's task was cancelled.
        case cancelled
        /// The connection was closed by its owner.
        case shutDown
        /// The time was up.
        case timedOut
        /// No encryption with a server whose certificate is trusted.
        case untrusted
        /// A server that answers a greeting of TLS with something else.
        case plain
        /// The answer had too many bytes.
        case tooLarge
        /// Refused, reset, unreachable, unknown.
        case other
    }

    package let reason: Reason
    /// Whether the server may have got the request, so that sending it again might do things twice.
    package let mayHaveArrived: Bool
    package let cause: any Error

    package init(_ error: any Error, mayHaveArrived: Bool) {
        reason = Reason(error)
        self.mayHaveArrived = mayHaveArrived
        cause = error
    }
}

extension NetworkFailure {
    /// One sentence for people.
    package var message: String {
        switch reason {
        case .cancelled: "The task was cancelled."
        case .shutDown: "The connection is closed."
        case .timedOut: "The server did not answer in time."
        case .untrusted:
            "The server's certificate is not trusted, or no encryption was agreed on."
        case .plain:
            "The server does not speak TLS there: ask it with http:// in place of https://."
        case .tooLarge: "The server's answer is larger than this library takes."
        case .other where mayHaveArrived:
            "The connection was lost before the answer was there."
        case .other: "No connection to the server could be made."
        }
    }

    /// Whether a request may have changed something all the same.
    package func isOutcomeUnknown(of request: Request) -> Bool {
        mayHaveArrived && !request.isRead
    }

    /// The sentence, and that nobody knows where nobody does.
    package func message(about request: Request) -> String {
        isOutcomeUnknown(of: request)
            ? message + " Whether the change was made is not known." : message
    }
}

extension NetworkFailure.Reason {
    private static let timeouts: [HTTPClientError] = [
        .deadlineExceeded, .readTimeout, .writeTimeout, .connectTimeout, .tlsHandshakeTimeout,
    ]

    /// Whether what came in place of a greeting was none: BoringSSL's name for a record of no version.
    private static func isNoTLS(_ error: any Error) -> Bool {
        let mark = "WRONG_VERSION_NUMBER".utf8
        let text = Array("\(error)".utf8)
        return text.indices.contains { text[$0...].starts(with: mark) }
    }

    fileprivate init(_ error: any Error) {
        switch error {
        case is CancellationError:
            self = .cancelled
        case let error as HTTPClientError where error == .cancelled:
            self = Task.isCancelled ? .cancelled : .shutDown
        case let error as HTTPClientError where error == .alreadyShutdown:
            self = .shutDown
        case let error as HTTPClientError where NetworkFailure.Reason.timeouts.contains(error):
            self = .timedOut
        case ChannelError.connectTimeout:
            self = .timedOut
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            self = NetworkFailure.Reason.isNoTLS(error) ? .plain : .untrusted
        case is NIOTooManyBytesError:
            self = .tooLarge
        default:
            self = .other
        }
    }
}
