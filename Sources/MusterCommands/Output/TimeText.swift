import ArgumentParser
import FoundationEssentials
import MusterCore
import SystemCalls
import TextBytes

/// How moments are written.
enum TimeStyle: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// As `2026-01-31T12:00:00Z`.
    case iso
    /// As milliseconds since 1970.
    case epoch
}

/// Moments, as people and command lines write them.
enum TimeText {
    /// Milliseconds since 1970 as `2026-01-31T12:00:00Z`; nothing for nil.
    static func text(_ milliseconds: Int64?) -> String {
        guard let milliseconds else { return "" }
        return date(milliseconds).formatted(.iso8601)
    }

    /// Milliseconds since 1970 as a time whose clock is ahead of UTC, `2026-01-31T13:00:00+01:00`.
    ///
    /// - Parameters:
    ///   - milliseconds: The moment.
    ///   - offset: Seconds that the clock is ahead; below zero, behind.
    /// - Returns: The time, to the second; in UTC with the letter `Z`.
    static func text(_ milliseconds: Int64, aheadBy offset: Int) -> String {
        guard offset != 0 else { return text(milliseconds) }
        let local = date(milliseconds).addingTimeInterval(Double(offset)).formatted(.iso8601)
        let minutes = abs(offset) / 60
        let parts = [minutes / 60, minutes % 60].map { ($0 < 10 ? "0" : "") + String($0) }
        return local.dropLast() + (offset < 0 ? "-" : "+") + parts.joined(separator: ":")
    }

    /// Milliseconds since 1970 as a time in the zone of whoever asks: that of `TZ`, or of the machine.
    ///
    /// The C library knows the zones. Those of Foundation come with tables of every language, and without them each zone
    /// is UTC, silently.
    static func local(_ milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        _ = zoneIsRead
        // Nil is a year that does not fit into its number.
        let isKnown = localtime_r(&seconds, &parts) != nil
        return text(milliseconds, aheadBy: isKnown ? parts.tm_gmtoff : 0)
    }

    /// Has the C library read the zone: once, for it looks at its file each time, and tables have many times.
    private static let zoneIsRead: Void = tzset()

    private static func date(_ milliseconds: Int64) -> Date {
        Date(timeIntervalSince1970: Double(milliseconds / 1000))
    }

    /// Reads a date, a time, or a span back from now: `2026-01-31`, `2026-01-31T12:00:00Z`, `90s`, `15m`,
    /// `2h`, `7d`.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - now: From when spans go back.
    ///   - endsDay: Whether a day stands for its last second and not for its first.
    /// - Returns: The moment as the audit log's filters take it; nil for anything else.
    static func moment(_ text: String, now: Date, endsDay: Bool = false) -> String? {
        milliseconds(text, now: now, endsDay: endsDay).map { TimeText.text($0) }
    }

    /// Reads a moment as ``moment(_:now:endsDay:)`` does.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - now: From when spans go.
    ///   - endsDay: Whether a day stands for its last second and not for its first.
    ///   - goesForward: Whether spans go on from now and not back.
    /// - Returns: Milliseconds since 1970; nil for anything else.
    static func milliseconds(
        _ text: String,
        now: Date,
        endsDay: Bool = false,
        goesForward: Bool = false
    ) -> Int64? {
        if let span = span(text) {
            return Int64(now.timeIntervalSince1970 + (goesForward ? span : -span)) * 1000
        }
        guard let moment = Timestamp(text: text)?.rawValue else { return nil }
        return endsDay && text.utf8.count == 10 ? moment + 86_399_000 : moment
    }

    /// What to say of a text that is no moment.
    static func refusal(_ option: String, _ text: String) -> String {
        "\(option) takes 2026-01-31, 2026-01-31T12:00:00Z, 30m, 2h or 7d, not "
            + "\(text.quoted(40))."
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
