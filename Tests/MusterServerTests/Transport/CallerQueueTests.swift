import MusterCore
import Testing

@testable import MusterServer

@Suite("A queue of searches")
struct CallerQueueTests {
    private static let eager = UserID(rawValue: 7)
    private static let other = UserID(rawValue: 8)
    private static let third = UserID(rawValue: 9)

    /// A queue of numbers, each of which is its own ticket.
    private struct Numbers {
        var queue: CallerQueue<UInt64>
        private var last: UInt64 = 0

        init(limit: Int) {
            queue = CallerQueue(limit: limit)
        }

        /// Adds the next numbers: which ones lost their places.
        mutating func add(_ count: Int, _ caller: UserID) -> [UInt64] {
            (0..<count).compactMap { _ in
                last += 1
                switch queue.add(last, as: last, of: caller) {
                case .waits: return nil
                case .displaced(let other): return other
                case .refused: return last
                }
            }
        }

        mutating func add(_ caller: UserID) -> [UInt64] { add(1, caller) }

        mutating func drain() -> [UInt64] {
            var served: [UInt64] = []
            while let next = queue.next() { served.append(next) }
            return served
        }
    }

    @Test(
        "whoever searches much makes only itself wait: callers take turns, the first of each first"
    )
    func turns() {
        var numbers = Numbers(limit: 100)
        #expect(numbers.add(50, Self.eager) == [])
        #expect(numbers.add(2, Self.other) == [])
        #expect(numbers.add(Self.third) == [])
        #expect(numbers.drain().prefix(6) == [1, 51, 53, 2, 52, 3])
        #expect(numbers.queue.count == 0 && numbers.queue.count(of: Self.eager) == 0)
    }

    @Test("in a full queue the youngest of the longest lane gives its place to another's")
    func full() {
        var numbers = Numbers(limit: 4)
        #expect(numbers.add(6, Self.eager) == [5, 6])
        #expect(numbers.add(Self.other) == [4])
        #expect(numbers.add(Self.other) == [3])
        #expect(numbers.add(Self.other) == [9], "nobody gains by another exchange")
        #expect(numbers.add(Self.third) == [2])
        #expect(numbers.queue.count == 4)
        #expect(numbers.drain() == [1, 7, 10, 8])
    }

    @Test("a search that is given up is not made, and its place is free")
    func removal() {
        var numbers = Numbers(limit: 2)
        _ = numbers.add(2, Self.eager)
        #expect(numbers.queue.remove(1, of: Self.other) == nil)
        #expect(numbers.queue.remove(1, of: Self.eager) == 1)
        #expect(numbers.queue.remove(1, of: Self.eager) == nil)
        #expect(numbers.add(Self.eager) == [])
        #expect(numbers.drain() == [2, 3])
        #expect(numbers.queue.next() == nil)
    }

    @Test("lanes are remembered only while something waits in them")
    func forgotten() {
        var numbers = Numbers(limit: 256)
        for number in 0..<10_000 {
            #expect(numbers.add(UserID(rawValue: Int64(number))) == [])
            #expect(numbers.drain() == [UInt64(number + 1)])
        }
        #expect(numbers.queue.count == 0)
    }
}
