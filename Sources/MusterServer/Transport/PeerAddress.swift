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
    let trustedProxies: AllowedNetworks
    /// Where they say it.
    var field = ForwardingField.xForwardedFor

    /// The client's address: the connection's, or what the nearest trusted proxies say.
    ///
    /// Nil where they say nothing that can be read: no user's hosts allow a client whose address is unknown.
    ///
    /// Each proxy appends the address it was called from, so the list is read from its end, and only as far
    /// as trusted proxies wrote it. Anybody may have made up what stands before that, and it is not read.
    func client(of peer: IPAddress?, _ fields: some HeaderFields) -> IPAddress? {
        guard var client = peer, isTrusted(client) else { return peer }
        var left = PeerAddress.mostHops
        for value in values(fields).reversed() {
            var hops = LastHops(value, field)
            while let hop = hops.next() {
                guard left > 0, let next = hop.flatMap({ IPAddress(reported: $0) }) else {
                    return nil
                }
                client = next
                guard isTrusted(client) else { return client }
                left -= 1
            }
        }
        return client
    }

    /// How many proxies one behind the other are believed; no chain of them is that long.
    static let mostHops = 32

    private func values(_ fields: some HeaderFields) -> [String] {
        fields.values(of: field == .forwarded ? .forwarded : .xForwardedFor)
    }

    /// Whether the client speaks TLS to a trusted proxy, by what trusted proxies themselves wrote.
    ///
    /// Of `X-Forwarded-Proto` that is the last word, since its words do not say whose they are: a proxy that appends hands on
    /// what a client has made up before it. An element of `Forwarded` says from where its proxy was called, so that these are
    /// read from the end as addresses are, and the furthest that a trusted proxy wrote is believed.
    func isForwardedTLS(from peer: IPAddress?, _ fields: some HeaderFields) -> Bool {
        guard let peer, isTrusted(peer) else { return false }
        switch field {
        case .xForwardedFor:
            guard let value = fields.values(of: .xForwardedProto).last else { return false }
            var words = LastElements(value)
            return words.next()?.isEqual(to: "https") == true
        case .forwarded:
            return lastTrustedElement(fields)?["proto"]?.isEqual(to: "https") == true
        }
    }

    /// The element of `Forwarded` that the furthest of the trusted proxies wrote, as far as they can be followed.
    private func lastTrustedElement(_ fields: some HeaderFields) -> ForwardedElement? {
        var furthest: ForwardedElement?
        var left = PeerAddress.mostHops
        for value in fields.values(of: .forwarded).reversed() {
            for element in ForwardedElement.last(left, in: value).reversed() {
                furthest = element
                left -= 1
                guard left > 0, let reported = element["for"],
                    let caller = IPAddress(reported: reported[...]), isTrusted(caller)
                else { return element }
            }
        }
        return furthest
    }

    /// Whether an address is a trusted proxy's.
    func isTrusted(_ address: IPAddress) -> Bool {
        !trustedProxies.networks.isEmpty && trustedProxies.allow(address)
    }
}

/// The elements of a list with commas, the last one first, each cut out when it is asked for.
private struct LastElements {
    private var rest: Substring.UTF8View?

    init(_ list: String) {
        rest = list[...].utf8
    }

    mutating func next() -> Substring.UTF8View? {
        guard let list = rest else { return nil }
        guard let comma = list.lastIndex(of: UInt8(ascii: ",")) else {
            rest = nil
            return list.trimmingBlanks
        }
        rest = list[..<comma]
        return list[list.index(after: comma)...].trimmingBlanks
    }
}

/// What proxies wrote into one field, the last of them first; within, nil for an element without an address.
private enum LastHops {
    case plain(LastElements)
    case forwarded(ArraySlice<ForwardedElement>)

    init(_ value: String, _ field: ForwardingField) {
        switch field {
        case .xForwardedFor: self = .plain(LastElements(value))
        case .forwarded:
            // One more than are believed, so that it is seen where there are too many.
            self = .forwarded(ForwardedElement.last(PeerAddress.mostHops + 1, in: value)[...])
        }
    }

    mutating func next() -> Substring?? {
        switch self {
        case .plain(var elements):
            let element = elements.next()
            self = .plain(elements)
            return element.map { Optional(Substring($0)) }
        case .forwarded(var elements):
            let element = elements.popLast()
            self = .forwarded(elements)
            return element.map { $0["for"].map { $0[...] } }
        }
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
