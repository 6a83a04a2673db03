import MusterCore
import Synchronization

/// Counts requests and refusals for whoever asks for metrics.
///
/// What is counted has bounded labels: routes are those of the table, methods and reasons those that are known.
final class RequestMetrics: Sendable {
    /// The most reasons that are told apart; there are some fifty codes.
    private static let mostReasons = 200

    /// The paths of the routes; the last stands for what is none.
    let routes: [String]
    private let places: [String: Int]
    /// The numbers in parts, so that two event loops do not take them from each other.
    private let shards: ThreadShards<RequestCounts>
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
        shards = ThreadShards(RequestCounts(routes: routes.count))
    }

    /// Counts a request.
    func count(_ request: ServedRequest) {
        let place = places[request.route] ?? routes.count - 1
        shards.withLock { counts in
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

    /// All that was counted.
    func counts() -> RequestCounts {
        var sum = RequestCounts(routes: routes.count)
        for counts in shards.values { sum.add(counts) }
        return sum
    }

    /// How often each code of an error was the answer, by the codes' names.
    func refusalCounts() -> [(reason: String, count: UInt64)] {
        refusals.withLock { $0 }
            .map { (reason: $0.key.rawValue, count: $0.value) }
            .sorted { $0.reason < $1.reason }
    }
}
