/// How often something was done, and how long it took: a histogram with bounds that never change.
public struct DurationCounts: Sendable, Equatable {
    /// The upper bounds of the buckets, in microseconds: from a look at memory to a wait that nobody bears.
    public static let bounds: [UInt64] = [
        100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
        1_000_000, 2_500_000, 5_000_000, 10_000_000,
    ]

    /// How often it was done.
    public private(set) var count: UInt64 = 0
    /// How long it took together, in nanoseconds.
    public private(set) var nanoseconds: UInt64 = 0
    private var buckets = [UInt64](repeating: 0, count: DurationCounts.bounds.count)

    /// Nothing.
    public init() {}

    /// Counts one that took so many nanoseconds.
    public mutating func add(_ nanoseconds: UInt64) {
        count += 1
        self.nanoseconds += nanoseconds
        let microseconds = nanoseconds / 1000
        if let place = DurationCounts.bounds.firstIndex(where: { microseconds <= $0 }) {
            buckets[place] += 1
        }
    }

    /// How many took no longer than each bound.
    public var cumulated: [UInt64] {
        var sum: UInt64 = 0
        return buckets.map { bucket in
            sum += bucket
            return sum
        }
    }

    /// How long all took together, in seconds.
    public var seconds: Double { Double(nanoseconds) / 1e9 }
}
