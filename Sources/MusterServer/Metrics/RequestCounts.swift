import MusterCore

/// Numbers of requests, by route, method and class of status, and how long they took, by route and class of status.
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
    /// The buckets of one class, with the one that has no bound, and the sum.
    private static let histogramWidth = bounds.count + 2
    /// The counters, and a histogram for each class.
    private static let width = counterCount + classes.count * histogramWidth

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
        let histogram = RequestCounts.histogram(route: route, statusClass: column)
        numbers[histogram + bucket] += 1
        numbers[histogram + RequestCounts.histogramWidth - 1] += nanoseconds
    }

    /// Where the buckets of a route's class of status begin.
    private static func histogram(route: Int, statusClass: Int) -> Int {
        route * width + counterCount + statusClass * histogramWidth
    }

    /// Adds other numbers of as many routes.
    mutating func add(_ other: RequestCounts) {
        for place in numbers.indices { numbers[place] += other.numbers[place] }
    }

    /// How many requests there were.
    func requests(route: Int, method: Int, statusClass: Int) -> UInt64 {
        numbers[route * RequestCounts.width + method * RequestCounts.classes.count + statusClass]
    }

    /// How many requests with such an answer took no longer than each bound, and in all.
    func cumulated(route: Int, statusClass: Int) -> [UInt64] {
        let start = RequestCounts.histogram(route: route, statusClass: statusClass)
        var sum: UInt64 = 0
        return (0...RequestCounts.bounds.count).map { place in
            sum += numbers[start + place]
            return sum
        }
    }

    /// How long all requests of a route with such an answer took, in seconds.
    func seconds(route: Int, statusClass: Int) -> Double {
        let start = RequestCounts.histogram(route: route, statusClass: statusClass)
        return Double(numbers[start + RequestCounts.histogramWidth - 1]) / 1e9
    }
}
