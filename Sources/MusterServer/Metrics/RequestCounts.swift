import MusterCore

/// Numbers of requests, by route, method and class of status, and how long they took.
///
/// Plain numbers in one array, so that counting is two look-ups and four additions.
struct RequestCounts: Sendable {
    /// The methods that are told apart; the last stands for every other word.
    static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"]
    /// The classes of status (RFC 9110 section 15).
    static let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"]
    /// The upper bounds of the histogram's buckets, in microseconds.
    static let bounds = DurationCounts.bounds

    private static let counterCount = methods.count * classes.count
    /// The counters, the buckets with the one that has no bound, and the sum.
    private static let width = counterCount + bounds.count + 2

    private var numbers: [UInt64]

    /// Begins at nothing for so many routes.
    init(routes: Int) {
        numbers = [UInt64](repeating: 0, count: routes * RequestCounts.width)
    }

    /// Counts a request.
    mutating func count(route: Int, method: String, status: Int, nanoseconds: UInt64) {
        let start = route * RequestCounts.width
        let last = RequestCounts.methods.count - 1
        let row = RequestCounts.methods.firstIndex(of: method) ?? last
        let column = min(max(status / 100, 1), RequestCounts.classes.count) - 1
        numbers[start + row * RequestCounts.classes.count + column] += 1
        let microseconds = nanoseconds / 1000
        let bucket =
            RequestCounts.bounds.firstIndex { microseconds <= $0 } ?? RequestCounts.bounds.count
        numbers[start + RequestCounts.counterCount + bucket] += 1
        numbers[start + RequestCounts.width - 1] += nanoseconds
    }

    /// Adds other numbers of as many routes.
    mutating func add(_ other: RequestCounts) {
        for place in numbers.indices { numbers[place] += other.numbers[place] }
    }

    /// How many requests there were.
    func requests(route: Int, method: Int, statusClass: Int) -> UInt64 {
        numbers[route * RequestCounts.width + method * RequestCounts.classes.count + statusClass]
    }

    /// How many requests took no longer than each bound, and in all.
    func cumulated(route: Int) -> [UInt64] {
        let start = route * RequestCounts.width + RequestCounts.counterCount
        var sum: UInt64 = 0
        return (0...RequestCounts.bounds.count).map { place in
            sum += numbers[start + place]
            return sum
        }
    }

    /// How long all requests of a route took, in seconds.
    func seconds(route: Int) -> Double {
        Double(numbers[(route + 1) * RequestCounts.width - 1]) / 1e9
    }
}
