import HTTPTypes
import MusterCore
import NIOCore
import TextBytes

/// The header field in which trusted proxies say where a request came from.
///
/// Only one of them is read: a proxy that writes one may hand the other on as the client made it up.
public enum ForwardingField: String, CaseIterable, Sendable {
    /// `X-Forwarded-For` and `X-Forwarded-Proto`.
    case xForwardedFor = "x-forwarded-for"
    /// `Forwarded` (RFC 7239).
    case forwarded
}

/// Finds out where a request came from.
struct PeerAddress: Sendable {
    /// The proxies whose word is taken for where a request came from.
    let trustedProxies: HostRules
    /// Where they say it.
    var field = ForwardingField.xForwardedFor

    /// The client's address on a connection; nil where it is unknown.
    func client(of channel: any Channel, _ fields: some HeaderFields) -> IPAddress? {
        client(of: channel.remoteAddress.flatMap(IPAddress.init(socket:)), fields)
    }

    /// The client's address: the connection's, or what the nearest trusted proxies say.
    ///
    /// Nil where they say nothing that can be read: no user's hosts allow a client whose address is unknown.
    ///
    /// Each proxy appends the address it was called from, so the list is read from its end, and only as far
    /// as trusted proxies wrote it. What stands before that anybody can have made up.
    func client(of peer: IPAddress?, _ fields: some HeaderFields) -> IPAddress? {
        guard var client = peer, isTrusted(client) else { return peer }
        for text in hops(fields).reversed() {
            guard let next = text.flatMap({ IPAddress(reported: $0) }) else { return nil }
            client = next
            guard isTrusted(client) else { return client }
        }
        return client
    }

    /// Whether the client speaks TLS to a trusted proxy, or did so on its way through several.
    func isForwardedTLS(_ channel: any Channel, _ fields: HTTPFields) -> Bool {
        guard let peer = channel.remoteAddress.flatMap(IPAddress.init(socket:)), isTrusted(peer)
        else {
            return false
        }
        switch field {
        case .xForwardedFor:
            return fields.values(of: .xForwardedProto).contains { value in
                value.utf8.split(separator: UInt8(ascii: ",")).contains {
                    $0.trimmingBlanks.isEqual(to: "https")
                }
            }
        case .forwarded:
            return fields.values(of: .forwarded).flatMap { ForwardedElement.all(in: $0) }
                .contains { $0["proto"]?.isEqual(to: "https") == true }
        }
    }

    /// What the proxies wrote, in the order in which they did; nil for an element without an address.
    private func hops(_ fields: some HeaderFields) -> [Substring?] {
        switch field {
        case .xForwardedFor:
            fields.values(of: .xForwardedFor).flatMap { value in
                value.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
                    .map { Substring($0.trimmingBlanks) }
            }
        case .forwarded:
            fields.values(of: .forwarded).flatMap { value in
                ForwardedElement.all(in: value).map { $0["for"].map { $0[...] } }
            }
        }
    }

    /// Whether an address is a trusted proxy's.
    func isTrusted(_ address: IPAddress) -> Bool {
        !trustedProxies.networks.isEmpty && trustedProxies.allow(address)
    }
}

extension IPAddress {
    /// The address of a socket; nil for a Unix domain socket.
    init?(socket: SocketAddress) {
        // sockaddr_in has its address at offset 4 and sockaddr_in6 at offset 8, on Linux as on the BSDs.
        let (offset, count) = socket.protocol == .inet6 ? (8, 16) : (4, 4)
        guard socket.protocol == .inet || socket.protocol == .inet6 else { return nil }
        let bits = socket.withSockAddr { pointer, _ in
            UnsafeRawBufferPointer(start: UnsafeRawPointer(pointer) + offset, count: count)
                .reduce(UInt128(0)) { ($0 << 8) | UInt128($1) }
        }
        if count == 4 {
            self.init(v4: UInt32(truncatingIfNeeded: bits))
        } else {
            self.init(v6: bits)
        }
    }
}
