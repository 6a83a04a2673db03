import MusterTesting
import Testing

@testable import MusterCore

@Suite("A queue with fair shares")
struct FairQueueTests {
    private static let crowd = HashingLane.network(1)
    private static let user = HashingLane.caller(UserID(rawValue: 7))

    /// A queue of numbers, each of which is its own ticket.
    private struct Numbers {
        var queue: FairQueue<UInt64>
        private var last: UInt64 = 0

        init(limit: Int) {
            queue = FairQueue(limit: limit)
        }

        /// Adds the next number: which one lost its place; nil if none did.
        mutating func add(_ lane: HashingLane) -> UInt64? {
            last += 1
            switch queue.add(last, as: last, in: lane) {
            case .waits: return nil
            case .displaced(let other): return other
            case .refused: return last
            }
        }

        mutating func add(_ count: Int, _ lane: HashingLane) -> [UInt64] {
            (0..<count).compactMap { _ in add(lane) }
        }

        mutating func drain() -> [UInt64] {
            var served: [UInt64] = []
            while let next = queue.next() { served.append(next) }
            return served
        }
    }

    @Test(
        "three hundred strangers of one network keep nobody out, and nobody waits behind them",
        arguments: [
            (.machine, 1), (user, 1), (.familiar(SourceNetwork(of: nil)), 1), (.network(2), 2),
            (.bulk, 2),
        ] as [(HashingLane, Int)]
    )
    func crowd(_ lane: HashingLane, _ turn: Int) {
        var numbers = Numbers(limit: 256)
        #expect(numbers.add(300, Self.crowd) == Array(257...300))
        // The youngest of the crowd gives its place.
        #expect(numbers.add(lane) == 256)
        #expect(numbers.drain().firstIndex(of: 301).map { $0 + 1 } ?? 0 <= turn)
    }

    @Test(
        "where all kinds wait, strangers come half as often as those who are known, imports an eighth"
    )
    func turns() {
        var numbers = Numbers(limit: 1000)
        var kinds: [UInt64: HashingLane.Kind] = [:]
        for number in 0..<500 {
            let lanes: [HashingLane] = [
                .bulk, Self.crowd, .familiar(SourceNetwork(of: nil)), Self.user, .machine,
            ]
            kinds[UInt64(number + 1)] = lanes[number % 5].kind
            #expect(numbers.add(lanes[number % 5]) == nil)
        }
        // Eight turns of those who are known, four of strangers, one of imports.
        let order = (0..<58).compactMap { _ in numbers.queue.next().flatMap { kinds[$0] } }
        for half in [order.prefix(29), order.suffix(29)] {
            let counts = Dictionary(grouping: half) { $0 }.mapValues(\.count)
            #expect(
                counts == [.local: 8, .callers: 8, .familiars: 8, .strangers: 4, .bulk: 1]
            )
        }
        let gaps = order.split { $0 == .familiars }.map(\.count)
        #expect(gaps.allSatisfy { $0 <= 4 })
    }

    @Test("turns that nobody wanted are not saved up")
    func idle() {
        var numbers = Numbers(limit: 1000)
        _ = numbers.add(200, Self.crowd)
        for _ in 0..<100 { _ = numbers.queue.next() }
        _ = numbers.add(50, .machine)
        let next = (0..<30).compactMap { _ in numbers.queue.next() }
        // Two to one, and whoever comes again begins.
        #expect(next.count { $0 > 200 } == 21)
        #expect(next.count { $0 <= 200 } == 9)
    }

    @Test("lanes of a kind take turns, and within a lane the first is served first")
    func order() {
        var numbers = Numbers(limit: 100)
        _ = numbers.add(3, .network(1))
        _ = numbers.add(2, .network(2))
        _ = numbers.add(1, .network(3))
        #expect(numbers.drain() == [1, 4, 6, 2, 5, 3])
        #expect(numbers.queue.laneCount == 0 && numbers.queue.count == 0)
    }

    @Test("in a full queue the youngest of the longest lane gives its place to a shorter one")
    func longest() {
        var numbers = Numbers(limit: 8)
        _ = numbers.add(3, .network(1))
        _ = numbers.add(5, .network(2))
        #expect(numbers.add(.network(3)) == 8)
        #expect(numbers.add(.network(3)) == 7)
        // Now the lanes have three, three and two: nobody gains by another exchange.
        #expect(numbers.add(.network(3)) == 11)
        #expect(numbers.add(.network(1)) == 12)
        #expect(numbers.add(.network(4)) == 6)
        #expect(numbers.drain() == [1, 4, 9, 13, 2, 5, 10, 3])
    }

    @Test(
        "three hundred networks of one neighbourhood hold no more places and turns than one",
        arguments: [
            .stranger(SourceNetwork(of: IPAddress("192.0.2.1"))),
            .stranger(SourceNetwork(of: IPAddress("2001:db8:2::1"))),
            .local(SourceNetwork(of: IPAddress("192.0.2.1"))),
        ] as [HashingLane]
    )
    func neighbourhood(_ lane: HashingLane) {
        var numbers = Numbers(limit: 256)
        for number in 0..<300 {
            let address = IPAddress("2001:db8:1:\(String(number, radix: 16))::1")
            let network = SourceNetwork(of: address)
            _ = numbers.add(lane.kind == .local ? .local(network) : .stranger(network))
        }
        #expect(numbers.queue.laneCount == 256 && numbers.queue.neighbourhoodCount == 1)
        // Each network has one place only, and so has the newcomer.
        let loser = numbers.add(lane)
        #expect(loser == 256)
        #expect(numbers.drain().firstIndex(of: 301) == 1)
        #expect(numbers.queue.laneCount == 0 && numbers.queue.neighbourhoodCount == 0)
    }

    @Test("neighbourhoods take turns, and within one its networks")
    func twoSteps() {
        var numbers = Numbers(limit: 100)
        for place in 0..<4 { _ = numbers.add(.network(1, UInt32(place))) }
        _ = numbers.add(3, .network(1, 0))
        _ = numbers.add(3, .network(2))
        #expect(numbers.drain() == [1, 8, 2, 9, 3, 10, 4, 5, 6, 7])
    }

    @Test("in a full queue a network takes places from the longest of its own neighbourhood only")
    func withinNeighbourhood() {
        var numbers = Numbers(limit: 8)
        _ = numbers.add(3, .network(1, 0))
        _ = numbers.add(1, .network(1, 1))
        _ = numbers.add(4, .network(2))
        #expect(numbers.add(.network(1, 1)) == 3)
        #expect(numbers.add(.network(1, 1)) == 10)
        #expect(numbers.add(.network(1, 2)) == 9)
        #expect(numbers.add(.network(2, 1)) == 8)
        #expect(numbers.drain() == [1, 5, 4, 12, 11, 6, 2, 7])
    }

    @Test("no kind is kept from its own part by any other", arguments: HashingLane.Kind.allCases)
    func parts(_ kind: HashingLane.Kind) {
        let lanes: [HashingLane] = [
            .machine, Self.user, .familiar(SourceNetwork(of: nil)), Self.crowd, .bulk,
        ]
        for lane in lanes where lane.kind != kind {
            var numbers = Numbers(limit: 64)
            #expect(numbers.add(100, lane).count == 36)
            let own = lanes.first { $0.kind == kind } ?? .bulk
            let refused = numbers.add(8, own)
            #expect(refused == Array((57...64).reversed()), "\(lane)")
            // And it gets no more than that from those who are more favoured.
            let more = numbers.add(64, own).filter { $0 > 100 }
            #expect((kind.index > lane.kind.index) == (more.count > 40), "\(lane)")
        }
    }

    @Test(
        "a job that is taken out frees its place, and neither it nor one that was served is there again"
    )
    func removal() {
        var numbers = Numbers(limit: 2)
        _ = numbers.add(2, Self.crowd)
        #expect(numbers.add(Self.crowd) == 3)
        #expect(numbers.queue.remove(1) == 1)
        #expect(numbers.queue.remove(1) == nil && numbers.queue.remove(99) == nil)
        #expect(numbers.add(Self.crowd) == nil)
        #expect(numbers.drain() == [2, 4])
        #expect(numbers.queue.remove(2) == nil && numbers.queue.next() == nil)
    }

    @Test("a queue without places refuses everybody")
    func nothing() {
        var numbers = Numbers(limit: 0)
        #expect(numbers.add(.machine) == 1 && numbers.add(.bulk) == 2)
        #expect(numbers.queue.next() == nil)
    }

    @Test("of a hundred thousand networks those are remembered that have a place")
    func networks() {
        var numbers = Numbers(limit: 256)
        var refused = 0
        for network in 0..<100_000 where numbers.add(.network(UInt32(network))) != nil {
            refused += 1
        }
        #expect(refused == 100_000 - 256)
        #expect(numbers.queue.laneCount == 256)
        // Whoever the server knows is served next, and only once after each network is a newcomer's turn.
        #expect(numbers.add(.machine) == 256)
        #expect(numbers.queue.next() == UInt64(100_001))
        #expect(numbers.drain() == Array(1...255))
        #expect(numbers.queue.laneCount == 0)
    }

    @Test(
        "every job is served, refused or taken out, once, and in the order of its lane",
        arguments: 1...20
    )
    func conservation(_ seed: UInt64) {
        var random = Steps(state: seed)
        var numbers = Numbers(limit: Int(random.next(40)))
        var lanes: [UInt64: HashingLane] = [:]
        var gone: [UInt64] = []
        var served: [HashingLane: [UInt64]] = [:]
        for _ in 0..<2000 {
            switch random.next(4) {
            case 0, 1:
                let lane = random.lane()
                lanes[UInt64(lanes.count + 1)] = lane
                if let loser = numbers.add(lane) { gone.append(loser) }
            case 2:
                guard let next = numbers.queue.next(), let lane = lanes[next] else { continue }
                gone.append(next)
                served[lane, default: []].append(next)
            default:
                let ticket = random.next(UInt64(lanes.count) + 2)
                if let removed = numbers.queue.remove(ticket) { gone.append(removed) }
            }
            #expect(numbers.queue.count == lanes.count - gone.count)
        }
        gone += numbers.drain()
        #expect(gone.sorted() == lanes.keys.sorted())
        #expect(served.values.allSatisfy { $0 == $0.sorted() })
    }
}

/// Numbers that look like chance, the same in every run.
private struct Steps {
    var state: UInt64

    mutating func next(_ bound: UInt64) -> UInt64 {
        // The constants are those of SplitMix64's finalizer.
        state &+= 0x9E37_79B9_7F4A_7C15
        let mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        return (mixed ^ mixed >> 27) % bound
    }

    mutating func lane() -> HashingLane {
        let number = next(4)
        switch next(5) {
        case 0: return .local(SourceNetwork(of: IPAddress(v4: UInt32(number))))
        case 1: return .caller(UserID(rawValue: Int64(number)))
        case 2: return .familiar(SourceNetwork(of: IPAddress(v4: UInt32(number))))
        case 3: return .network(UInt32(number), UInt32(next(3)))
        default: return .bulk
        }
    }
}
