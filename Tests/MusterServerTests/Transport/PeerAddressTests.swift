import HTTPTypes
import MusterCore
import NIOCore
import Testing

@testable import MusterServer

@Suite("Where a request came from")
struct PeerAddressTests {
    private func client(
        _ peer: String?,
        trusting proxies: [String] = [],
        _ forwarded: [String] = []
    ) throws -> String? {
        var fields = HTTPFields()
        for value in forwarded {
            fields.append(HTTPField(name: .xForwardedFor, value: value))
        }
        let peers = PeerAddress(trustedProxies: try HostRules(proxies))
        return peers.client(of: try StubChannel(from: peer), fields)?.description
    }

    @Test(
        "the connection's own address counts where no proxy is trusted",
        arguments: ["192.0.2.1", "2001:db8::1", "127.0.0.1", "255.255.255.255", "::"]
    )
    func direct(_ peer: String) throws {
        #expect(try client(peer) == peer)
        #expect(try client(peer, ["203.0.113.9"]) == peer, "anybody can write the field")
        #expect(try client(peer, trusting: ["10.9.9.9"], ["203.0.113.9"]) == peer)
    }

    @Test("an IPv4 address in an IPv6 socket is the IPv4 address")
    func mapped() throws {
        #expect(try client("::ffff:192.0.2.1") == "192.0.2.1")
        #expect(
            try client("::ffff:10.0.0.1", trusting: ["10.0.0.0/8"], ["192.0.2.7"]) == "192.0.2.7"
        )
    }

    @Test(
        "behind trusted proxies the list is read from its end, as far as they wrote it",
        arguments: [
            ([], "10.0.0.1"), (["203.0.113.9"], "203.0.113.9"),
            (["203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            (["203.0.113.9", "10.0.0.2,10.0.0.3"], "203.0.113.9"),
            ([" 203.0.113.9\t,\t10.0.0.2 "], "203.0.113.9"),
            // Made up by the client: what stands before the first address that is no proxy's.
            (["127.0.0.1, 203.0.113.9"], "203.0.113.9"),
            (["10.0.0.9, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            (["127.0.0.1", "203.0.113.9"], "203.0.113.9"),
            (["1.1.1.1, 203.0.113.9, 10.0.0.2, 10.0.0.3"], "203.0.113.9"),
            // All are proxies: the first of them began.
            (["10.0.0.4, 10.0.0.5"], "10.0.0.4"),
            // Not addresses: what was known before counts.
            (["unknown"], "10.0.0.1"), ([""], "10.0.0.1"), ([","], "10.0.0.1"),
            (["203.0.113.9, unknown"], "10.0.0.1"), (["unknown, 10.0.0.2"], "10.0.0.2"),
            (["203.0.113.9:1234"], "10.0.0.1"), (["[2001:db8::1]"], "10.0.0.1"),
            (["010.0.0.9"], "10.0.0.1"), (["203.0.113.9;10.0.0.2"], "10.0.0.1"),
            (["2001:db8::1"], "2001:db8::1"), (["::ffff:203.0.113.9"], "203.0.113.9"),
        ] as [([String], String)]
    )
    func proxied(_ forwarded: [String], _ expected: String) throws {
        #expect(try client("10.0.0.1", trusting: ["10.0.0.0/8"], forwarded) == expected)
    }

    @Test("a field as long as a header may be is read in good time")
    func longField() throws {
        let hops = Array(repeating: "10.0.0.2", count: 20_000).joined(separator: ",")
        #expect(try client("10.0.0.1", trusting: ["10.0.0.0/8"], ["9.9.9.9," + hops]) == "9.9.9.9")
    }

    @Test("a socket without an address is nowhere, whatever the field says")
    func noAddress() throws {
        #expect(try client(nil, trusting: ["10.0.0.0/8"], ["203.0.113.9"]) == nil)
        let unix = StubChannel(try SocketAddress(unixDomainSocketPath: "/tmp/muster"))
        let peers = PeerAddress(trustedProxies: try HostRules(["0.0.0.0/0", "::/0"]))
        #expect(
            peers.client(
                of: unix,
                HTTPFields([HTTPField(name: .xForwardedFor, value: "203.0.113.9")])
            ) == nil
        )
    }

    @Test(
        "TLS before a proxy is believed of trusted proxies only",
        arguments: [
            ("10.0.0.1", "https", true), ("10.0.0.1", "HTTPS", true), ("10.0.0.1", "http", false),
            ("10.0.0.1", nil, false), ("10.0.0.1", "https, http", false),
            ("192.0.2.1", "https", false),
        ] as [(String, String?, Bool)]
    )
    func forwardedTLS(_ peer: String, _ scheme: String?, _ isTLS: Bool) throws {
        var fields = HTTPFields()
        fields[.xForwardedProto] = scheme
        let peers = PeerAddress(trustedProxies: try HostRules(["10.0.0.0/8"]))
        #expect(peers.isForwardedTLS(try StubChannel(from: peer), fields) == isTLS)
        let untrusting = PeerAddress(trustedProxies: HostRules())
        #expect(!untrusting.isForwardedTLS(try StubChannel(from: peer), fields))
    }
}
