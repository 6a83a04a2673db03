extension Timestamp {
    /// The longest text of a moment that is read, in bytes: `2026-01-31T12:00:00+01:00`.
    private static let maximumTextBytes = 25

    /// Reads a day or a second as RFC 3339 writes them, without fractions: `2026-01-31`, which is its first moment
    /// in UTC, `2026-01-31T12:00:00Z`, `2026-01-31T13:00:00+01:00`.
    ///
    /// Strict: there is no 30th of February, and no hour 24. Nil for anything else.
    ///
    /// - Parameter text: The text, of any length.
    public init?(text: String) {
        guard text.utf8.count <= Timestamp.maximumTextBytes else { return nil }
        var rest = Array(text.utf8)[...]
        guard let year = rest.takeNumber(4), rest.take("-"), let month = rest.takeNumber(2),
            rest.take("-"), let day = rest.takeNumber(2), (1...12).contains(month),
            (1...Timestamp.length(ofMonth: month, year)).contains(day)
        else { return nil }
        var seconds = Timestamp.days(year, month, day) * 86_400
        if !rest.isEmpty {
            guard rest.take("T"), let hour = rest.takeNumber(2), rest.take(":"),
                let minute = rest.takeNumber(2), rest.take(":"), let second = rest.takeNumber(2),
                hour < 24, minute < 60, second < 60, let offset = rest.takeOffset(), rest.isEmpty
            else { return nil }
            seconds += hour * 3600 + minute * 60 + second - offset
        }
        self.init(rawValue: seconds * 1000)
    }

    private static func length(ofMonth month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01 in the Gregorian calendar, which RFC 3339 uses for all years: with March as the first
    /// month the day of the leap year is the last of its year.
    static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month > 2 ? year : year - 1
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }
}

extension ArraySlice<UInt8> {
    fileprivate mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard first == UInt8(ascii: character) else { return false }
        removeFirst()
        return true
    }

    /// Takes so many digits.
    fileprivate mutating func takeNumber(_ count: Int) -> Int64? {
        let digits = prefix(count)
        guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        removeFirst(count)
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// Takes `Z`, `+01:00` or `+0100`, in seconds.
    fileprivate mutating func takeOffset() -> Int64? {
        if take("Z") { return 0 }
        let isEast = first == UInt8(ascii: "+")
        guard isEast || first == UInt8(ascii: "-") else { return nil }
        removeFirst()
        guard let hours = takeNumber(2) else { return nil }
        _ = take(":")
        guard let minutes = takeNumber(2), hours < 24, minutes < 60 else { return nil }
        return (isEast ? 1 : -1) * (hours * 3600 + minutes * 60)
    }
}
