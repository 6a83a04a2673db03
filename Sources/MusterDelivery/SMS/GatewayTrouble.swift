import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Why a gateway gave no answer, in words for operators.
enum GatewayTrouble {
    private static let timeouts: [HTTPClientError] = [
        .deadlineExceeded, .readTimeout, .writeTimeout, .connectTimeout, .tlsHandshakeTimeout,
    ]

    /// The words.
    ///
    /// - Parameters:
    ///   - error: What the client says.
    ///   - place: The gateway's host and port.
    /// - Returns: A part of a sentence.
    static func text(_ error: any Error, at place: String) -> String {
        switch error {
        case let error as IOError:
            return connect(place, SystemReason.text(error.errnoCode))
        case let error as NIOConnectionError:
            let first = error.connectionErrors.lazy.compactMap { $0.error as? IOError }.first
            return first.map { connect(place, SystemReason.text($0.errnoCode)) }
                ?? (error.connectionErrors.isEmpty
                    ? "the gateway's name has no address" : connect(place, ""))
        case let error as HTTPClientError where timeouts.contains(error):
            return "the gateway did not answer in time"
        case ChannelError.connectTimeout:
            return "the gateway did not answer in time"
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            return
                "no TLS with the gateway: it speaks none there, or its certificate is not trusted"
        case is HTTPParserError:
            return "what answers at \(place) is no HTTP server"
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            return "the gateway closed the connection without an answer"
        default:
            return "the gateway gave no answer"
        }
    }

    private static func connect(_ place: String, _ reason: String) -> String {
        "could not connect to \(place)" + (reason.isEmpty ? "" : ": \(reason)")
    }
}
