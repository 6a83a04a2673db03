import HTTPTypes
import MusterCore
import NIOCore

/// Finds out where a request came from.
struct PeerAddress: Sendable {
    /// The proxies whose word is taken for where a request came from.
    let trustedProxies: HostRules

    /// The client's address on a connection.
    func client(of channel: any Channel, _ fields: some HeaderFields) -> IPAddress? {
        client(of: channel.remoteAddress.flatMap(IPAddress.init(socket:)), fields)
    }

    /// The client's address: the connection's, or what the nearest trusted proxies say.
    ///
    /// Each proxy appends the address it was called from, so the list is read from its end, and only as far
    /// as trusted proxies wrote it. What stands before that anybody can have made up.
    func client(of peer: IPAddress?, _ fields: some HeaderFields) -> IPAddress? {
        guard var client = peer, isTrusted(client) else { return peer }
        for field in fields.values(of: .xForwardedFor).reversed() {
            for text in field.utf8.split(separator: UInt8(ascii: ",")).reversed() {
                guard let next = IPAddress(Substring(text.trimmingBlanks)) else { return client }
                client = next
                guard isTrusted(client) else { return client }
            }
        }
        return client
    }

    /// Whether the client speaks TLS to a trusted proxy.
    func isForwardedTLS(_ channel: any Channel, _ fields: HTTPFields) -> Bool {
        guard let peer = channel.remoteAddress.flatMap(IPAddress.init(socket:)), isTrusted(peer)
        else {
            return false
        }
        return fields[.xForwardedProto]?.isEqual(to: "https") == true
    }

    private func isTrusted(_ address: IPAddress) -> Bool {
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
