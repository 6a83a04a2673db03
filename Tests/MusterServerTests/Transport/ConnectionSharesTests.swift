import MusterCore
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import MusterServer

@Suite("Connections are shared")
struct ConnectionSharesTests {
    /// Connections that somebody has, and how many of them had to give way.
    private final class Guests: Sendable {
        let places = Mutex<[ConnectionPlace]>([])
        let ended = Mutex(0)

        var endedCount: Int { ended.withLock { $0 } }

        /// Opens connections until one is refused, or a thousand; how many went on.
        func fill(_ shares: ConnectionShares, _ address: String) -> Int {
            (0..<1000).first { _ in !enter(shares, address) } ?? 1000
        }

        func enter(_ shares: ConnectionShares, _ address: String) -> Bool {
            let place = shares.enter(IPAddress(address)) { self.ended.withLock { $0 += 1 } }
            if let place { places.withLock { $0.append(place) } }
            return place != nil
        }

        func leave(_ shares: ConnectionShares) {
            places.withLock { $0.popLast() }.map { shares.leave($0) }
        }

        func serve() {
            places.withLock { for place in $0 { place.isServed = true } }
        }
    }

    private let shares = ConnectionShares(64, uncounted: AllowedNetworks())

    @Test(
        "one neighbourhood gets three quarters of them at most, and others the rest",
        arguments: [
            ("198.51.100.1", "198.51.101.2", "198.51.100.7"),
            ("2001:db8::1", "2001:db8:1::1", "2001:db8:0:1::1"),
        ]
    )
    func oneNeighbourhood(_ first: String, _ second: String, _ beside: String) {
        let (guests, others) = (Guests(), Guests())
        #expect(guests.fill(shares, first) == 48)
        #expect(Guests().enter(shares, beside) && guests.endedCount == 1, "at its cost")
        #expect(!guests.enter(shares, first))
        #expect(others.fill(shares, second) == 16)
        others.leave(shares)
        #expect(!guests.enter(shares, first))
        #expect(others.enter(shares, second))
    }

    @Test("four neighbourhoods that hold all connections give way to a fifth")
    func newcomers() {
        let guests = Guests()
        for number in 1...4 { while guests.enter(shares, "198.51.\(number).1") {} }
        let held = guests.places.withLock { $0.count } - guests.endedCount
        #expect((56...64).contains(held))
        let before = guests.endedCount
        let newcomer = Guests()
        #expect((0..<8).allSatisfy { newcomer.enter(shares, "203.0.\($0).1") })
        #expect(guests.endedCount - before == 8 && newcomer.endedCount == 0)
        #expect(newcomer.enter(shares, "127.0.0.1"), "nor to whoever is not counted")
    }

    @Test("where everybody has one, a newcomer gets the place of one that is not being served")
    func idle() {
        let guests = Guests()
        for number in 0..<56 { #expect(guests.enter(shares, "198.51.\(number).1")) }
        #expect(guests.endedCount == 0)
        guests.serve()
        let waiting = Guests()
        #expect(waiting.enter(shares, "203.0.113.1"), "there is still room")
        #expect(waiting.endedCount == 0 && guests.endedCount == 0)
        for number in 0..<3 { #expect(waiting.enter(shares, "192.0.\(number).1")) }
        #expect(guests.endedCount == 0, "whoever is being served keeps its place")
        for place in guests.places.withLock({ $0 }) { place.isServed = false }
        let late = Guests()
        for number in 0..<40 { #expect(late.enter(shares, "10.1.\(number).1")) }
        #expect(guests.endedCount + waiting.endedCount + late.endedCount >= 36)
    }

    @Test("who has lost its place gives back nothing that is another's")
    func givenBackOnce() {
        let (guests, newcomer) = (Guests(), Guests())
        for number in 0..<56 { #expect(guests.enter(shares, "198.51.\(number).1")) }
        #expect(newcomer.enter(shares, "203.0.113.1") && guests.endedCount == 1)
        for _ in 0..<56 { guests.leave(shares) }
        newcomer.leave(shares)
        #expect(guests.fill(shares, "198.51.100.1") == 48, "as at the beginning")
    }

    @Test("trusted proxies and this machine are not counted by themselves")
    func uncounted() throws {
        let shares = ConnectionShares(64, uncounted: try AllowedNetworks(["192.0.2.0/24"]))
        #expect(Guests().fill(shares, "192.0.2.7") == 1000)
        #expect(Guests().fill(shares, "127.0.0.1") == 1000)
    }

    @Test(
        "where none is kept waiting elsewhere, one beyond the limit is refused, this machine's as well"
    )
    func bound() {
        let ended = Atomic(0)
        let shares = ConnectionShares(
            64,
            uncounted: AllowedNetworks(),
            refusesWhenFull: true
        ) { ended.add(1, ordering: .relaxed) }
        let guests = Guests()
        #expect(guests.fill(shares, "127.0.0.1") == 64)
        #expect(!guests.enter(shares, "::1") && !Guests().enter(shares, "198.51.100.1"))
        #expect(ended.load(ordering: .relaxed) == 3, "each is told")
        guests.leave(shares)
        #expect(guests.enter(shares, "127.0.0.1") && !guests.enter(shares, "127.0.0.1"))
    }

    @Test("a connection is served from its request's end to the answer, a caller's from its head")
    func served() throws {
        let gauge = MemoryGauge(ArrivalBudget(1_000_000), shares: shares)
        let connection = try TestConnection(gauge: gauge)
        let place = try #require(connection.clock.place)
        let head = "POST /session HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n"
        try connection.receive(head + "ab")
        #expect(!place.isServed, "a stranger whose body is on its way")
        connection.channel.triggerUserOutboundEvent(CallerJudged(isKnown: true), promise: nil)
        #expect(place.isServed)
        connection.channel.triggerUserOutboundEvent(CallerJudged(isKnown: false), promise: nil)
        try connection.receive("cd")
        #expect(place.isServed)
        connection.answer()
        #expect(!place.isServed)
    }

    @Test("a connection whose place has gone to somebody else is closed")
    func closed() throws {
        let shares = ConnectionShares(8, uncounted: AllowedNetworks())
        let gauge = MemoryGauge(ArrivalBudget(1_000_000), shares: shares)
        let guests = try (0..<7).map { try TestConnection(gauge: gauge, from: "198.51.\($0).1") }
        #expect(guests.allSatisfy { $0.channel.isActive })
        let newcomer = try TestConnection(gauge: gauge, from: "203.0.113.1")
        for guest in guests { guest.channel.embeddedEventLoop.run() }
        #expect(newcomer.channel.isActive && guests.count { $0.channel.isActive } == 6)
    }
}
