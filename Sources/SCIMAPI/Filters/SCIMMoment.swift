/// Moments as RFC 7643 section 2.3.5 writes them.
enum SCIMMoment {
    /// Milliseconds since 1970 in UTC; nil for what is no moment.
    ///
    /// `2026-01-31T12:00:00Z`, with any fraction, of which milliseconds count, and any offset; without an offset it is UTC,
    /// and a day alone is its first moment.
    static func milliseconds(_ text: String) -> Int64? {
        guard text.utf8.count <= 40 else { return nil }
        var rest = Array(text.utf8)[...]
        guard let year = number(&rest, 4), take(&rest, "-"), let month = number(&rest, 2),
            take(&rest, "-"), let day = number(&rest, 2), (1...12).contains(month),
            (1...31).contains(day)
        else { return nil }
        let days = days(year, month, day) * 86_400_000
        guard !rest.isEmpty else { return days }
        guard take(&rest, "T") || take(&rest, "t"), let hour = number(&rest, 2), take(&rest, ":"),
            let minute = number(&rest, 2), take(&rest, ":"), let second = number(&rest, 2),
            hour < 24, minute < 60, second <= 60, let fraction = fraction(&rest),
            let offset = offset(&rest), rest.isEmpty
        else { return nil }
        return days + (hour * 3600 + minute * 60 + second - offset) * 1000 + fraction
    }

    private static func take(_ rest: inout ArraySlice<UInt8>, _ mark: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: mark) else { return false }
        rest.removeFirst()
        return true
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, _ count: Int) -> Int64? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy(isDigit) else { return nil }
        rest.removeFirst(count)
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// The milliseconds after the dot.
    private static func fraction(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        guard take(&rest, ".") else { return 0 }
        let digits = rest.prefix(while: isDigit)
        guard !digits.isEmpty else { return nil }
        rest.removeFirst(digits.count)
        let thousandths = Array(digits.prefix(3)) + [0x30, 0x30]
        return thousandths.prefix(3).reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// The offset in seconds.
    private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        if rest.isEmpty || take(&rest, "Z") || take(&rest, "z") { return 0 }
        // A plus that a form has turned into a blank is one; the filter's words end at blanks, quoted texts do not.
        let isEast = take(&rest, "+") || take(&rest, " ")
        guard isEast || take(&rest, "-") else { return nil }
        let sign: Int64 = isEast ? 1 : -1
        guard let hours = number(&rest, 2) else { return nil }
        _ = take(&rest, ":")
        guard let minutes = number(&rest, 2), hours < 24, minutes < 60 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    /// Days since 1970-01-01 in the Gregorian calendar.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month > 2 ? year : year - 1
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }
}
