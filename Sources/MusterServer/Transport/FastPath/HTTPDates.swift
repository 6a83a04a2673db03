import FoundationEssentials
import MusterCore

/// The field `Date` of answers (RFC 9110 section 6.6.1), written once a second.
final class HTTPDates: Sendable {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private let last = ThreadShards<(second: Int64, text: String)>((.min, ""))

    /// The text of a moment.
    func text(_ now: Timestamp) -> String {
        let second = now.rawValue / 1000
        return last.withLock { last in
            if last.second != second { last = (second, Self.format(second)) }
            return last.text
        }
    }

    /// The form of RFC 9110 section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func format(_ second: Int64) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents(
            [.weekday, .day, .month, .year, .hour, .minute, .second],
            from: Date(timeIntervalSince1970: TimeInterval(second))
        )
        let time = [parts.hour, parts.minute, parts.second].map { twoDigits($0) }
        let day = days[(parts.weekday ?? 1) - 1]
        let month = months[(parts.month ?? 1) - 1]
        return "\(day), \(twoDigits(parts.day)) \(month) \(parts.year ?? 1970) "
            + "\(time.joined(separator: ":")) GMT"
    }

    private static func twoDigits(_ number: Int?) -> String {
        let text = String(number ?? 0)
        return text.utf8.count < 2 ? "0" + text : text
    }
}
