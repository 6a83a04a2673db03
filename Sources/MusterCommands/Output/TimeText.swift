import Foundation

/// Moments, as people and command lines write them.
enum TimeText {
    /// Milliseconds since 1970 as `2026-01-31T12:00:00Z`; nothing for nil.
    static func text(_ milliseconds: Int64?) -> String {
        guard let milliseconds else { return "" }
        return Date(timeIntervalSince1970: Double(milliseconds / 1000)).formatted(.iso8601)
    }

    /// Reads a date, a time, or a span back from now: `2026-01-31`, `2026-01-31T12:00:00Z`, `90s`, `15m`,
    /// `2h`, `7d`.
    ///
    /// - Returns: The moment as the audit log's filters take it; nil for anything else.
    static func moment(_ text: String, now: Date) -> String? {
        if let span = span(text) {
            return now.addingTimeInterval(-span).formatted(.iso8601)
        }
        let moment = text.utf8.count == 10 ? text + "T00:00:00Z" : text
        return (try? Date(moment, strategy: .iso8601)).map { $0.formatted(.iso8601) }
    }

    private static func span(_ text: String) -> TimeInterval? {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        // More than nine digits of the largest unit would leave the years that can be written.
        guard let unit = text.last.flatMap({ units[$0] }), text.utf8.count <= 7,
            text.utf8.count > 1, text.dropLast().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Double(text.dropLast())
        else { return nil }
        return min(count * unit, 20_000 * 86_400)
    }
}
