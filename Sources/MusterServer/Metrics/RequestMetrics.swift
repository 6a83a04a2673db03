import MusterCore
import Synchronization
import SystemCalls

/// Counts requests and refusals for whoever asks for metrics.
///
/// What is counted has bounded labels: routes are those of the table, methods and reasons those that are known.
final class RequestMetrics: Sendable {
    /// A part of the numbers: who counts seldom meets another who does.
    private final class Shard: Sendable {
        let counts: Mutex<RequestCounts>

        init(routes: Int) {
            counts = Mutex(RequestCounts(routes: routes))
        }
    }

    private static let shardCount = 16
    /// The most reasons that are told apart; there are some fifty codes.
    private static let mostReasons = 200

    /// The paths of the routes; the last stands for what is none.
    let routes: [String]
    private let places: [String: Int]
    private let shards: [Shard]
    /// Reasons that alerts watch are reported from zero on: a counter that first appears as 1 has not risen.
    private let refusals = Mutex<[MusterError.Code: UInt64]>([
        .overloaded: 0, .serverInternal: 0, .storeUnavailable: 0,
    ])

    /// Begins at nothing.
    ///
    /// - Parameter paths: The paths of all routes, with `:name` for parts that vary.
    init(_ paths: [String]) {
        routes = Set(paths).sorted() + ["none"]
        places = Dictionary(uniqueKeysWithValues: zip(routes, 0...))
        let count = routes.count
        shards = (0..<RequestMetrics.shardCount).map { _ in Shard(routes: count) }
    }

    /// Counts a request.
    func count(_ request: ServedRequest) {
        let place = places[request.route] ?? routes.count - 1
        let shard = shards[RequestMetrics.shardOfThread]
        shard.counts.withLock { counts in
            counts.count(
                route: place,
                method: request.method,
                status: request.status,
                nanoseconds: request.nanoseconds
            )
        }
        guard let refusal = request.refusal else { return }
        refusals.withLock { refusals in
            guard refusals[refusal] != nil || refusals.count < RequestMetrics.mostReasons else {
                return
            }
            refusals[refusal, default: 0] += 1
        }
    }

    /// Which numbers a thread counts in: mostly its own, so that two event loops do not take them from each other.
    private static var shardOfThread: Int {
        // Threads lie at addresses some pages apart; the product's highest bits depend on all of theirs (Knuth, The Art of
        // Computer Programming, vol. 3, section 6.4: the golden ratio's).
        let page = UInt64(SystemThread.mark) >> 12
        return Int((page &* 0x9E37_79B9_7F4A_7C15) >> 60)
    }

    /// All that was counted.
    func counts() -> RequestCounts {
        var sum = RequestCounts(routes: routes.count)
        for shard in shards { sum.add(shard.counts.withLock { $0 }) }
        return sum
    }

    /// How often each code of an error was the answer, by the codes' names.
    func refusalCounts() -> [(reason: String, count: UInt64)] {
        refusals.withLock { $0 }
            .map { (reason: $0.key.rawValue, count: $0.value) }
            .sorted { $0.reason < $1.reason }
    }
}
