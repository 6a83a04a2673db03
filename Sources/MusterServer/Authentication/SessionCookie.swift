import HTTPTypes
import Hummingbird
import MusterCore
import NIOCore

/// The cookie that carries a session's token: not for scripts, not across sites, over TLS only where
/// there is TLS.
struct SessionCookie: Sendable {
    let isTLS: Bool
    let peers: PeerAddress

    func setting(_ token: Secret<String>, for call: Call) -> String {
        token.withExposedValue { "token=\($0)" }
            + attributes(on: call.context.channel, call.request.headers)
    }

    func clearing(for call: Call) -> String {
        clearing(on: call.context.channel, call.request.headers)
    }

    func clearing(on channel: any Channel, _ fields: HTTPFields) -> String {
        "token=; Max-Age=0" + attributes(on: channel, fields)
    }

    /// Whether the client speaks TLS, here or to a trusted proxy.
    func isSecure(on channel: any Channel, _ fields: HTTPFields) -> Bool {
        isSecure(from: channel.remoteAddress.flatMap(IPAddress.init(socket:)), fields)
    }

    /// The same of a connection whose other end is known.
    func isSecure(from peer: IPAddress?, _ fields: some HeaderFields) -> Bool {
        isTLS || peers.isForwardedTLS(from: peer, fields)
    }

    /// What stands after the value of every cookie of ours.
    func attributes(on channel: any Channel, _ fields: HTTPFields) -> String {
        let isSecure = isSecure(on: channel, fields)
        return "; Path=/; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
    }
}

/// A cookie opened nothing: the browser is told to forget it, so that its next request is one without.
struct RefusedCookie: Error {
    /// The failures after which a token never opens anything again.
    static let codes: Set<MusterError.Code> = [.credentialsInvalid, .sessionExpired]

    /// Whether a failure to authenticate only says that a token opens nothing any more.
    static func isCause(of error: any Error) -> Bool {
        let code = (error as? RefusedCookie)?.error.code ?? (error as? MusterError)?.code
        return code.map(codes.contains) ?? false
    }

    /// Why it opened nothing.
    let error: MusterError
    /// The value of `Set-Cookie`.
    let clearing: String
}
