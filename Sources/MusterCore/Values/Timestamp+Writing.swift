extension Timestamp {
    /// The moment in UTC as RFC 3339 writes it, without a part of a second: `2026-01-31T12:00:00Z`.
    ///
    /// For years with four digits: from 1970 to 9999.
    public var text: String { written(isPrecise: false) ?? longText }

    /// The same with milliseconds: `2026-01-31T12:00:00.000Z`.
    public var preciseText: String {
        if let text = written(isPrecise: true) { return text }
        let rest = Self.digits((rawValue % 1000 + 1000) % 1000, 3)
        return String(decoding: longText.utf8.dropLast(), as: UTF8.self) + "." + rest + "Z"
    }

    /// The text, written in one go; nil for years that have not four digits.
    private func written(isPrecise: Bool) -> String? {
        let (year, month, day, second) = parts
        guard (0...9_999).contains(year) else { return nil }
        return String(unsafeUninitializedCapacity: 24) { text in
            Self.write(year, 4, to: text, at: 0)
            text[4] = UInt8(ascii: "-")
            Self.write(month, 2, to: text, at: 5)
            text[7] = UInt8(ascii: "-")
            Self.write(day, 2, to: text, at: 8)
            text[10] = UInt8(ascii: "T")
            Self.write(second / 3600, 2, to: text, at: 11)
            text[13] = UInt8(ascii: ":")
            Self.write(second / 60 % 60, 2, to: text, at: 14)
            text[16] = UInt8(ascii: ":")
            Self.write(second % 60, 2, to: text, at: 17)
            guard isPrecise else {
                text[19] = UInt8(ascii: "Z")
                return 20
            }
            text[19] = UInt8(ascii: ".")
            Self.write((rawValue % 1000 + 1000) % 1000, 3, to: text, at: 20)
            text[23] = UInt8(ascii: "Z")
            return 24
        }
    }

    /// Writes so many digits.
    private static func write(
        _ number: Int64,
        _ count: Int,
        to text: UnsafeMutableBufferPointer<UInt8>,
        at place: Int
    ) {
        var rest = number
        for digit in stride(from: place + count - 1, through: place, by: -1) {
            text[digit] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    private var longText: String {
        let (year, month, day, second) = parts
        let time = [second / 3600, second / 60 % 60, second % 60].map { Self.digits($0, 2) }
        return [year, month, day].enumerated()
            .map { Self.digits($1, $0 == 0 ? 4 : 2) }.joined(separator: "-")
            + "T" + time.joined(separator: ":") + "Z"
    }

    /// The moment in UTC as a field of a mail message has it (RFC 5322 section 3.3): `Sat, 31 Jan 2026 12:00:00 +0000`.
    ///
    /// For years with four digits: from 1970 to 9999.
    public var mailText: String {
        let (year, month, day, second) = parts
        let time = [second / 3600, second / 60 % 60, second % 60].map { Self.digits($0, 2) }
        // 1970-01-01 was a Thursday.
        let weekday = Self.weekdays[Int((Self.days(year, month, day) + 4) % 7)]
        return "\(weekday), \(day) \(Self.months[Int(month) - 1]) \(Self.digits(year, 4)) "
            + time.joined(separator: ":") + " +0000"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The same without what stands between, as sshd(8) and LDAP (RFC 4517 section 3.3.13) read it: `20260131120000Z`.
    public var compactText: String { text.filter { $0 != "-" && $0 != ":" && $0 != "T" } }

    /// Year, month, day, and the second of the day, in UTC; the inverse of ``days(_:_:_:)``.
    private var parts: (year: Int64, month: Int64, day: Int64, second: Int64) {
        let total = rawValue >= 0 ? rawValue / 1000 : (rawValue - 999) / 1000
        let second = (total % 86_400 + 86_400) % 86_400
        let days = (total - second) / 86_400 + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day, second)
    }

    private static func digits(_ number: Int64, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}
