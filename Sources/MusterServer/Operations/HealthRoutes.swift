import HTTPTypes
import Hummingbird
import MusterCore
import WireJSON

/// What monitoring asks.
///
/// | method | path | needs | answers |
/// |---|---|---|---|
/// | GET | /healthz | nothing | 200 `{"status":"alive"}` for as long as the process answers |
/// | GET | /readyz | nothing | 200 `{"status":"ready"}`, or 503 `{"status":"not_ready"}` |
///
/// A caller on this machine is told by `failed` what is wrong; others have no use for it.
struct HealthRoutes {
    private let readiness: Readiness
    private let peers: PeerAddress

    init(_ directory: Directory, peers: PeerAddress) {
        readiness = Readiness(directory)
        self.peers = peers
    }

    var routes: [Route] {
        [
            Route(.get, "/healthz", isOpen: true, alive),
            Route(.get, "/readyz", isOpen: true, ready),
        ]
    }

    @Sendable private func alive(_ call: Call) async throws -> Response {
        Response.json { json in json.object { $0.member("status", "alive") } }
    }

    @Sendable private func ready(_ call: Call) async throws -> Response {
        let failed = await readiness.failed()
        let isTold = peers.isOnThisMachine(call)
        var response = Response.json(failed.isEmpty ? .ok : .serviceUnavailable, reserving: 128) {
            json in
            json.object { json in
                json.member("status", failed.isEmpty ? "ready" : "not_ready")
                guard isTold else { return }
                json.name("failed")
                json.array { json in
                    for check in failed { json.string(check.rawValue) }
                }
            }
        }
        if !failed.isEmpty { response.headers[.retryAfter] = "1" }
        return response
    }
}

extension PeerAddress {
    /// Whether a call is of somebody on this machine, as far as that is known.
    ///
    /// What a proxy hands on that is not trusted comes from anywhere.
    fileprivate func isOnThisMachine(_ call: Call) -> Bool {
        guard let address = call.origin.address, address.isLoopback else { return false }
        let peer = call.context.peer
        if let peer, isTrusted(peer) { return isForwarded(call) || !hasForwarding(call) }
        return !hasForwarding(call)
    }

    /// Whether the trusted proxy says where the call came from.
    private func isForwarded(_ call: Call) -> Bool {
        switch field {
        case .xForwardedFor: call.request.headers.contains(.xForwardedFor)
        case .forwarded: call.request.headers.contains(.forwarded)
        }
    }

    private func hasForwarding(_ call: Call) -> Bool {
        let fields = call.request.headers
        return fields.contains(.xForwardedFor) || fields.contains(.forwarded)
    }
}

extension IPAddress {
    /// Whether it is the machine's own: 127.0.0.0/8 (RFC 1122 section 3.2.1.3) or ::1 (RFC 4291 section 2.5.3).
    fileprivate var isLoopback: Bool {
        (try? AllowedNetworks(["127.0.0.0/8", "::1"]))?.allow(self) ?? false
    }
}
