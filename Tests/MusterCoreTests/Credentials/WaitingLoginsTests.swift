import MusterTesting
import Testing

@testable import MusterCore

/// A clock at which nobody's time is up; who waits ends when it is cancelled.
private struct EndlessClock: DirectoryClock {
    func now() -> Timestamp { Timestamp(rawValue: 0) }

    func wait(for duration: Duration) async {
        let (stream, _) = AsyncStream<Void>.makeStream()
        for await _ in stream {}
    }
}

@Suite("Logins that wait share the places")
struct WaitingLoginsTests {
    private static let limits = WaitingLogins.Limits(together: 4, local: 2, ofOneSource: 2)

    private func waiter(_ address: String, isLocal: Bool = false) -> WaitingLogins.Waiter {
        let address = IPAddress(address)
        return WaitingLogins.Waiter(
            source: LoginSource(SourceNetwork(of: address)),
            address: address,
            isLocal: isLocal
        )
    }

    /// Which of some logins that wait loses its place to a newcomer; nil if the newcomer gets none.
    private func loser(
        to newcomer: WaitingLogins.Waiter,
        of others: [WaitingLogins.Waiter]
    ) -> Int? {
        let places = WaitingLogins(Self.limits)
        let ids = others.map { places.enter($0) }
        #expect(!ids.contains(nil))
        guard places.enter(newcomer) != nil else { return nil }
        #expect(places.count == others.count)
        let lost = zip(others, ids).map { other, id in id.map { !places.leave(other, $0) } ?? true }
        #expect(lost.count { $0 } == 1)
        return lost.firstIndex(of: true)
    }

    @Test("a newcomer gets the place of whoever came last of the neighbourhood that holds the most")
    func crowd() {
        // Networks of one site, and somebody else.
        let crowd = [waiter("198.51.100.1")] + (1...3).map { waiter("2001:db8:1:\($0)::1") }
        #expect(loser(to: waiter("2001:db8:2:1::1"), of: crowd) == 3)
        #expect(loser(to: waiter("203.0.113.1"), of: crowd) == 3)
        #expect(loser(to: waiter("198.51.100.2"), of: crowd) == 3)
        #expect(loser(to: waiter("2001:db8:1:9::1"), of: crowd) == nil)
    }

    @Test("where everybody has as little, a newcomer gets a place, and nobody a second one")
    func equals() {
        let others = (1...4).map { waiter("198.51.\($0).1") }
        #expect(loser(to: waiter("203.0.113.1"), of: others) != nil)
        #expect(loser(to: waiter("198.51.9.1"), of: others) != nil)
        #expect(loser(to: waiter("198.51.1.2"), of: others) == nil)
    }

    @Test("of one provider's many neighbourhoods one gives its place, and nobody from elsewhere")
    func provider() {
        let crowd = [waiter("203.0.113.1")] + (1...3).map { waiter("2001:db8:\($0):1::1") }
        for newcomer in ["192.0.2.1", "2001:db9:1:1::1", "2001:db8:9:1::1"] {
            #expect((1...3).contains(loser(to: waiter(newcomer), of: crowd) ?? 0), "\(newcomer)")
        }
        #expect(loser(to: waiter("2001:db8:3:2::1"), of: crowd) == nil)
    }

    @Test("more neighbourhoods than there are places keep nobody out")
    func everywhere() {
        let places = WaitingLogins()
        for number in 0..<2060 {
            let address = "2a00:\(String(number, radix: 16)):1:1::1"
            #expect(places.enter(waiter(address)) != nil)
        }
        #expect(places.count == 2048)
        #expect((0..<4).allSatisfy { places.enter(waiter("203.0.\($0).1")) != nil })
        #expect(places.count == 2048)
    }

    @Test("one source has few of the places")
    func oneSource() {
        let places = WaitingLogins(Self.limits)
        let one = waiter("192.0.2.1")
        #expect((1...3).map { _ in places.enter(one) != nil } == [true, true, false])
    }

    @Test(
        "every caller that asks for others has places of its own, shared by the networks it names"
    )
    func askers() {
        let places = WaitingLogins(WaitingLogins.Limits(together: 0, local: 0, ofOneAsker: 2))
        func asks(_ caller: Int64, _ address: String) -> WaitingLogins.Waiter {
            let address = IPAddress(address)
            let id = UserID(rawValue: caller)
            return WaitingLogins.Waiter(
                source: LoginSource(SourceNetwork(of: address), askedBy: id),
                address: address,
                askedBy: id
            )
        }
        let first = asks(7, "2001:db8:1:1::1")
        let second = asks(7, "2001:db8:1:2::1")
        let ids = [places.enter(first), places.enter(second)]
        #expect(places.enter(asks(7, "2001:db8:1:3::1")) == nil)
        let other = asks(8, "2001:db8:1:1::1")
        let ofOther = places.enter(other)
        #expect(ids.allSatisfy { $0 != nil } && ofOther != nil && places.askerCount == 2)
        // Another neighbourhood takes the place of the younger of two.
        let newcomer = asks(7, "203.0.113.1")
        let ofNewcomer = places.enter(newcomer)
        #expect(ofNewcomer != nil && places.count == 3)
        #expect(ids[1].map { places.leave(second, $0) } == false)
        #expect(ids[0].map { places.leave(first, $0) } == true)
        #expect(ofNewcomer.map { places.leave(newcomer, $0) } == true)
        #expect(ofOther.map { places.leave(other, $0) } == true)
        #expect(places.count == 0 && places.askerCount == 0, "nothing is kept of who has gone")
    }

    @Test("the machine's login programs have places of their own")
    func local() async throws {
        let places = WaitingLogins(WaitingLogins.Limits(together: 0, local: 1))
        let clock = FixedClock()
        try await places.wait(waiter("192.0.2.1", isLocal: true), for: .seconds(1), clock)
        #expect(clock.waits == [.seconds(1)])
        let refusal = await failure {
            try await places.wait(waiter("192.0.2.1"), for: .seconds(3), clock)
        }
        #expect(refusal?.code == .overloaded)
        #expect(places.count == 0)
    }

    @Test("a place is given back by whoever is cancelled")
    func cancelled() async {
        let places = WaitingLogins(Self.limits)
        let one = waiter("192.0.2.1")
        let task = Task {
            await failure { try await places.wait(one, for: .seconds(30), EndlessClock()) }
        }
        while places.count < 1 { await Task.yield() }
        task.cancel()
        _ = await task.value
        #expect(places.count == 0)
    }
}
