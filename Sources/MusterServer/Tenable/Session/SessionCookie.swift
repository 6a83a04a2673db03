import HTTPTypes
import Hummingbird
import MusterCore

/// The cookie that carries a session's token: not for scripts, not across sites, over TLS only where
/// there is TLS.
struct SessionCookie: Sendable {
    let isTLS: Bool
    let peers: PeerAddress

    func setting(_ token: Secret<String>, for call: Call) -> String {
        token.withExposedValue { "token=\($0)" } + attributes(for: call)
    }

    func clearing(for call: Call) -> String {
        "token=; Max-Age=0" + attributes(for: call)
    }

    private func attributes(for call: Call) -> String {
        let isSecure = isTLS || peers.isForwardedTLS(call.context.channel, call.request.headers)
        return "; Path=/; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
    }
}
