import MusterCore
import MusterTesting
import Testing

@Suite("Hosts from which a user may come")
struct AllowedNetworksTests {
    @Test(
        "a network is shown in its canonical form",
        arguments: [
            ("10.0.0.5", "10.0.0.5"), ("10.0.0.5/32", "10.0.0.5"), ("10.0.0.0/8", "10.0.0.0/8"),
            ("0.0.0.0/0", "0.0.0.0/0"), ("255.255.255.255", "255.255.255.255"),
            ("128.0.0.0/1", "128.0.0.0/1"), ("192.0.2.254/31", "192.0.2.254/31"), ("::/0", "::/0"),
            ("2001:0db8:0:0:0:0:0:1", "2001:db8::1"), ("2001:DB8::/32", "2001:db8::/32"),
            ("::10.0.0.5", "::a00:5"), ("::", "::"), ("::1/128", "::1"), ("1::", "1::"),
            ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:0:0:2:2:0:0:3", "1::2:2:0:0:3"),
            ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("8000::/1", "8000::/1"),
            ("fe80::0", "fe80::"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
            // An IPv4-mapped address is the IPv4 address.
            ("::ffff:10.0.0.5", "10.0.0.5"), ("::FFFF:a00:5", "10.0.0.5"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"), ("::ffff:0.0.0.0/96", "0.0.0.0/0"),
        ]
    )
    func canonicalForm(_ text: String, _ canonical: String) throws {
        #expect(try Network(text).description == canonical)
        #expect(try Network(canonical).description == canonical, "canonical text reads as itself")
    }

    @Test(
        "a text that people could read differently is refused, and named",
        arguments: [
            "", " ", "localhost", "example.com", "10.0.0", "10.0", "10", "10.0.0.0.0", "10.0.0.",
            ".10.0.0.1", "10..0.1", "10.0.0.256", "10.0.0.-1", "10.0.0.+1", "10.0.0.1 ",
            " 10.0.0.1",
            "10.0.0.1\n", "10.0.0.1\0", "10.0.0.0 / 8", "10.0.0.0/ 8", "10.0.0.*",
            "10.0.0.0-10.0.0.9",
            "0x0a.0.0.1", "0x0a000001", "167772161", "010.0.0.1", "10.0.0.01", "10.0.0.00",
            "1000.0.0.1", "10.0.0.1e0", "\u{661}0.0.0.1", "\u{FF11}0.0.0.1", "10\u{3002}0.0.1",
            // Prefixes.
            "10.0.0.0/", "/8", "10.0.0.0//8", "10.0.0.0/8/8", "10.0.0.0/08", "10.0.0.0/33",
            "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8.0", "10.0.0.0/255.0.0.0", "10.0.0.0/x",
            "10.0.0.0/\u{668}", "10.0.0.0/256", "10.0.0.0/99999999999999999999", "2001:db8::/129",
            "2001:db8::/0128",
            // Host bits.
            "10.0.0.1/8", "10.0.0.5/31", "0.0.0.1/0", "2001:db8::1/32", "::1/0", "::ffff:0:0/95",
            "::ffff:10.0.0.1/104", "::ffff:10.0.0.0/8",
            // IPv6.
            ":", ":::", "1:::2", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7:8::",
            "::1:2:3:4:5:6:7:8", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "12345::", "g::", "::-1",
            "::+1",
            "fe80::1%eth0", "[::1]", "[::1]:80", "::1.2.3", "::1.2.3.256", "::01.2.3.4",
            "1.2.3.4::",
            "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "\u{FF11}::", "::\u{661}",
        ]
    )
    func refusals(_ text: String) async {
        let refusal = await failure { try Network(text) }
        #expect(refusal?.code == .inputInvalid)
        #expect(refusal?.details["field"] == "hosts")
        #expect(refusal?.message.contains(text.debugDescription) == true)
    }

    @Test("a refusal quotes no more of a long text than people read")
    func longTexts() async {
        let refusal = await failure { try Network(String(repeating: "1", count: 1_000_000)) }
        #expect((refusal?.message.utf8.count ?? .max) < 200)
    }

    @Test("host bits are refused with both ways to write what was meant")
    func hostBits() async {
        let refusal = await failure { try Network("10.1.2.3/8") }
        #expect(refusal?.message.contains("write 10.0.0.0/8 or 10.1.2.3") == true)
    }

    @Test(
        "a peer is let in by the networks of its own family",
        arguments: [
            ([], "203.0.113.9", true), (["10.0.0.0/8"], "10.255.255.255", true),
            (["10.0.0.0/8"], "11.0.0.0", false), (["10.0.0.0/8"], "9.255.255.255", false),
            (["::ffff:10.0.0.0/104"], "10.1.2.3", true), (["10.0.0.0/8"], "::ffff:10.1.2.3", true),
            (["0.0.0.0/0"], "::1", false), (["::/0"], "::ffff:10.0.0.1", false),
            (["::/0"], "10.0.0.1", false), (["2001:db8::/32"], "2001:db9::1", false),
            (["2001:db8::/32"], "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true),
            (["::a00:1"], "10.0.0.1", false), (["192.0.2.1", "::1"], "::1", true),
            (["192.0.2.1", "::1"], "192.0.2.2", false), (["192.0.2.1"], "192.0.2.1", true),
        ] as [([String], String, Bool)]
    )
    func matching(_ hosts: [String], _ peer: String, _ isAllowed: Bool) throws {
        let address = try #require(IPAddress(peer))
        #expect(try AllowedNetworks(hosts).allow(address) == isAllowed)
    }

    @Test("nobody without an address passes a rule, and no rule stops anybody")
    func noAddress() throws {
        #expect(AllowedNetworks().allow(nil))
        #expect(try !AllowedNetworks(["0.0.0.0/0", "::/0"]).allow(nil))
    }

    @Test("the order is kept and what says the same twice is not")
    func duplicates() throws {
        let rules = try AllowedNetworks([
            "::1", "10.0.0.0/8", "0:0:0:0:0:0:0:1", "10.0.0.0/8", "::1/128",
        ])
        #expect(rules.texts == ["::1", "10.0.0.0/8"])
    }

    @Test("128 networks are as many as a user may have")
    func count() async throws {
        let most = (0..<128).map { "10.0.0.\($0)" }
        #expect(try AllowedNetworks(most).networks.count == 128)
        let refusal = await failure { try AllowedNetworks(most + ["10.0.0.1"]) }
        #expect(refusal?.details["field"] == "hosts")
    }

    @Test("the first bad element is the one named")
    func firstBadElement() async {
        let refusal = await failure { try AllowedNetworks(["10.0.0.0/8", "bad", "worse"]) }
        #expect(refusal?.message.contains("\"bad\"") == true)
    }
}
