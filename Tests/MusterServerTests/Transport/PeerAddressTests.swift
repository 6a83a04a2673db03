import Glibc
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
        _ forwarded: [String] = [],
        in field: ForwardingField = .xForwardedFor
    ) throws -> String? {
        var fields = HTTPFields()
        for value in forwarded {
            let name: HTTPField.Name = field == .forwarded ? .forwarded : .xForwardedFor
            fields.append(HTTPField(name: name, value: value))
        }
        let peers = PeerAddress(trustedProxies: try AllowedNetworks(proxies), field: field)
        return peers.client(of: peer.flatMap(IPAddress.init(reported:)), fields)?.description
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
            // Not addresses: nobody knows where it came from, and it is not the proxy.
            (["unknown"], nil), ([""], nil), ([","], nil), (["203.0.113.9,"], nil),
            (["203.0.113.9, unknown"], nil), (["unknown, 10.0.0.2"], nil), (["_hidden"], nil),
            (["010.0.0.9"], nil), (["203.0.113.9;10.0.0.2"], nil), (["203.0.113.9:"], nil),
            (["203.0.113.9:port"], nil), (["[2001:db8::1"], nil), (["[203.0.113.9]"], nil),
            // What proxies write around an address.
            (["203.0.113.9:1234"], "203.0.113.9"), (["[2001:db8::1]"], "2001:db8::1"),
            (["[2001:db8::1]:443"], "2001:db8::1"), (["fe80::1%eth0"], "fe80::1"),
            (["203.0.113.9:1234, 10.0.0.2:80"], "203.0.113.9"),
            (["2001:db8::1"], "2001:db8::1"), (["::ffff:203.0.113.9"], "203.0.113.9"),
        ] as [([String], String?)]
    )
    func proxied(_ forwarded: [String], _ expected: String?) throws {
        #expect(try client("10.0.0.1", trusting: ["10.0.0.0/8"], forwarded) == expected)
    }

    @Test(
        "with Forwarded its elements are read in the same way",
        arguments: [
            ([], "10.0.0.1"), (["for=203.0.113.9"], "203.0.113.9"),
            (["For=203.0.113.9;proto=https;by=10.0.0.1"], "203.0.113.9"),
            (["proto=https; for=\"203.0.113.9:47011\""], "203.0.113.9"),
            (["for=\"[2001:db8::9]:47011\", for=10.0.0.2"], "2001:db8::9"),
            (["for=127.0.0.1", "for=203.0.113.9, for=\"10.0.0.2\""], "203.0.113.9"),
            (["for=\"a,b\";x=\"\\\"\", for=203.0.113.9"], "203.0.113.9"),
            // Valid by sections 4 and 6, and seldom seen.
            (["for=\"203.0.113.9:_p1\""], "203.0.113.9"), (["for=203.0.113.9;"], "203.0.113.9"),
            ([";for=203.0.113.9"], "203.0.113.9"), (["; ;for=203.0.113.9;;"], "203.0.113.9"),
            (["for=\"[2001:db8::9]:_a.b-c_D\""], "2001:db8::9"),
            ([";"], nil), (["for=\"203.0.113.9:_\""], nil), (["for=\"203.0.113.9:_p 1\""], nil),
            (["for=\"203.0.113.9:p1\""], nil), (["for=203.0.113.9, ;"], nil),
            (["for=unknown"], nil), (["for=_hidden"], nil), (["by=10.0.0.1"], nil), ([""], nil),
            (["for=203.0.113.9,"], nil), (["for=\"203.0.113.9"], nil), (["for"], nil),
            (["for=\"203.0.113.9\"x"], nil), (["for=203.0.113.9;\"=\""], nil),
        ] as [([String], String?)]
    )
    func forwarded(_ forwarded: [String], _ expected: String?) throws {
        let proxies = ["10.0.0.0/8"]
        let found = try client("10.0.0.1", trusting: proxies, forwarded, in: .forwarded)
        #expect(found == expected)
    }

    @Test("the field that is not set is not read, since clients may have made it up")
    func otherField() throws {
        let fields = HTTPFields([
            HTTPField(name: .xForwardedFor, value: "203.0.113.9"),
            HTTPField(name: .forwarded, value: "for=203.0.113.10"),
        ])
        let peer = IPAddress("10.0.0.1")
        let proxies = try AllowedNetworks(["10.0.0.0/8"])
        for (field, expected) in [
            (ForwardingField.xForwardedFor, "203.0.113.9"), (.forwarded, "203.0.113.10"),
        ] {
            let peers = PeerAddress(trustedProxies: proxies, field: field)
            #expect(peers.client(of: peer, fields)?.description == expected)
        }
    }

    @Test(
        "so many proxies one behind the other are believed, and behind more is nowhere",
        arguments: ForwardingField.allCases
    )
    func manyHops(_ field: ForwardingField) throws {
        let prefix = field == .forwarded ? "for=" : ""
        for (count, expected) in [(31, "9.9.9.9"), (32, nil), (20_000, nil)] as [(Int, String?)] {
            let hops = (["9.9.9.9"] + Array(repeating: "10.0.0.2", count: count))
                .map { prefix + $0 }
            let proxies = ["10.0.0.0/8"]
            for values in [[hops.joined(separator: ",")], count < 100 ? hops : []]
            where !values.isEmpty {
                let found = try client("10.0.0.1", trusting: proxies, values, in: field)
                #expect(found == expected, "\(count)")
            }
        }
    }

    @Test("a field as long as a header may be is no more work than a short one")
    func longField() throws {
        let peers = PeerAddress(trustedProxies: try AllowedNetworks(["10.0.0.0/8"]))
        let commas = String(repeating: ",", count: 31_000)
        let fields = HTTPFields([
            HTTPField(name: .xForwardedFor, value: commas + "203.0.113.9, 10.0.0.2"),
            HTTPField(name: .xForwardedProto, value: commas + "http"),
        ])
        let peer = IPAddress("10.0.0.1")
        let begin = Self.processorTime()
        for _ in 0..<200 {
            #expect(peers.client(of: peer, fields)?.description == "203.0.113.9")
            #expect(!peers.isForwardedTLS(from: peer, fields))
        }
        // To read all of it took seconds.
        #expect(Self.processorTime() - begin < .seconds(2))
    }

    /// How long this thread has had a processor, so that a busy machine does not make it long.
    private static func processorTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    @Test("a socket without an address is nowhere, whatever the field says")
    func noAddress() throws {
        #expect(try client(nil, trusting: ["10.0.0.0/8"], ["203.0.113.9"]) == nil)
        let unix = IPAddress(socket: try SocketAddress(unixDomainSocketPath: "/tmp/muster"))
        let peers = PeerAddress(trustedProxies: try AllowedNetworks(["0.0.0.0/0", "::/0"]))
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
            ("10.0.0.1", "http, https", true), ("10.0.0.1", "https,", false),
            ("192.0.2.1", "https", false),
        ] as [(String, String?, Bool)]
    )
    func forwardedTLS(_ peer: String, _ scheme: String?, _ isTLS: Bool) throws {
        var fields = HTTPFields()
        fields[.xForwardedProto] = scheme
        let peers = PeerAddress(trustedProxies: try AllowedNetworks(["10.0.0.0/8"]))
        #expect(peers.isForwardedTLS(from: IPAddress(peer), fields) == isTLS)
        var forwarded = HTTPFields()
        forwarded[.forwarded] = scheme.map { "for=192.0.2.7;proto=\"\($0)\"" }
        let reading = PeerAddress(
            trustedProxies: try AllowedNetworks(["10.0.0.0/8"]),
            field: .forwarded
        )
        let isOne = scheme?.contains(",") != true
        #expect(reading.isForwardedTLS(from: IPAddress(peer), forwarded) == (isTLS && isOne))
        let untrusting = PeerAddress(trustedProxies: AllowedNetworks())
        #expect(!untrusting.isForwardedTLS(from: IPAddress(peer), fields))
    }

    @Test("of several fields with the scheme the last one is believed, which the proxy wrote")
    func schemeInSeveralFields() throws {
        let peers = PeerAddress(trustedProxies: try AllowedNetworks(["10.0.0.0/8"]))
        let peer = IPAddress("10.0.0.1")
        for (schemes, isTLS) in [
            (["https", "http"], false), (["http", "https"], true), (["https", ""], false),
        ] {
            let fields = HTTPFields(
                schemes.map { HTTPField(name: .xForwardedProto, value: $0) }
            )
            #expect(peers.isForwardedTLS(from: peer, fields) == isTLS, "\(schemes)")
        }
    }

    @Test(
        "the scheme of an element is believed where trusted proxies alone stand behind it",
        arguments: [
            (["for=192.0.2.7;proto=https"], true),
            // Made up by the client, before what the proxy wrote.
            (["for=192.0.2.7;proto=https, for=192.0.2.7;proto=http"], false),
            (["for=10.0.0.9;proto=https", "for=192.0.2.7;proto=http"], false),
            (["for=192.0.2.7;proto=https, proto=http"], false),
            (["for=192.0.2.7;proto=https, for=unknown;proto=http"], false),
            // By TLS to the first of two proxies, which speaks without to the second; and the other way round.
            (["for=192.0.2.7;proto=https, for=10.0.0.2;proto=http"], true),
            (["for=192.0.2.7;proto=https", "for=10.0.0.2;proto=http"], true),
            (["for=192.0.2.7;proto=http, for=10.0.0.2;proto=https"], false),
        ] as [([String], Bool)]
    )
    func schemeOfElements(_ values: [String], _ isTLS: Bool) throws {
        let peers = PeerAddress(
            trustedProxies: try AllowedNetworks(["10.0.0.0/8"]),
            field: .forwarded
        )
        let fields = HTTPFields(values.map { HTTPField(name: .forwarded, value: $0) })
        #expect(peers.isForwardedTLS(from: IPAddress("10.0.0.1"), fields) == isTLS)
    }
}
