import Synchronization

/// How long the ways of hashing take on a machine.
struct HashCosts: Sendable, Equatable {
    /// In nanoseconds for one of each scheme's number, in the order of the schemes.
    private let nanoseconds: [Double]

    /// What holds before this machine was measured.
    static let nominal = HashCosts(nanoseconds: HashScheme.allCases.map(\.nominalNanoseconds))

    private init(nanoseconds: [Double]) {
        self.nanoseconds = nanoseconds
    }

    /// Measures the machine by one cheap hash of each scheme, on the thread that calls; some hundredths of a second.
    init(measuredWith stopwatch: any HashStopwatch) {
        nanoseconds = HashScheme.allCases.map { scheme in
            guard let sample = try? ForeignHash(parsing: scheme.sample) else {
                return scheme.nominalNanoseconds
            }
            // The least of a few is what the hash takes; the rest is what came between.
            let times = (0..<3).map { _ in
                stopwatch.time { _ = sample.matches(HashScheme.samplePassword) }
            }
            let least = times.min() ?? .zero
            return least / .nanoseconds(1) / sample.work.count
        }
    }

    /// How long a check takes on a processor of its own.
    func time(of work: HashWork) -> Duration {
        // A number of nanoseconds that an Int64 can hold: 285 years.
        let time = nanoseconds[work.scheme.rawValue] * work.count
        return .nanoseconds(Int64(min(time, 9e18)))
    }
}

/// Measures the machine when somebody wants to know, once.
final class HashCostMeter: Sendable {
    private let stopwatch: any HashStopwatch
    private let costs = Mutex<HashCosts?>(nil)

    init(_ stopwatch: any HashStopwatch) {
        self.stopwatch = stopwatch
    }

    /// What is known at present, at once.
    var present: HashCosts {
        costs.withLock { $0 } ?? .nominal
    }

    /// What was measured; the first call measures, on the thread that calls.
    func measured() -> HashCosts {
        if let known = costs.withLock({ $0 }) { return known }
        // Not under the lock, as it takes its time; two who come at once both measure.
        let measured = HashCosts(measuredWith: stopwatch)
        return costs.withLock { costs in
            let first = costs ?? measured
            costs = first
            return first
        }
    }
}
