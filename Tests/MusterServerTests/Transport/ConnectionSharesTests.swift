import MusterCore
import Testing

@testable import MusterServer

@Suite("Connections are shared")
struct ConnectionSharesTests {
    private func fill(_ shares: ConnectionShares, _ address: String) -> Int {
        var count = 0
        while count < 1000, shares.enter(IPAddress(address)) { count += 1 }
        return count
    }

    @Test(
        "one network gets three quarters of them at most, and others the rest",
        arguments: [("198.51.100.1", "198.51.100.2"), ("2001:db8::1", "2001:db8:0:1::1")]
    )
    func oneNetwork(_ first: String, _ second: String) {
        let shares = ConnectionShares(60, uncounted: HostRules())
        #expect(fill(shares, first) == 45)
        #expect(fill(shares, second) == 15)
        shares.leave(IPAddress(second))
        #expect(!shares.enter(IPAddress(first)))
        #expect(shares.enter(IPAddress(second)))
    }

    @Test("trusted proxies and this machine are not counted by themselves")
    func uncounted() throws {
        let shares = ConnectionShares(60, uncounted: try HostRules(["192.0.2.0/24"]))
        #expect(fill(shares, "192.0.2.7") == 1000)
        #expect(fill(shares, "127.0.0.1") == 1000)
    }
}
