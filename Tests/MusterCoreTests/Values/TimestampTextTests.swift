import FoundationEssentials
import MusterCore
import Testing

@Suite("Moments as texts")
struct TimestampTextTests {
    @Test("each day from 1900 to 2100 is read as Foundation counts it")
    func days() throws {
        let style = Date.ISO8601FormatStyle()
        for day in stride(from: -25_567, to: 47_482, by: 1) {
            let text = Date(timeIntervalSince1970: Double(day) * 86_400).formatted(style)
            #expect(Timestamp(text: text)?.rawValue == Int64(day) * 86_400_000, "\(text)")
            #expect(Timestamp(text: String(text.prefix(10)))?.rawValue == Int64(day) * 86_400_000)
        }
    }

    @Test(
        "a time has a zone, and its offset is taken off",
        arguments: [
            ("1970-01-01T00:00:01Z", 1), ("1970-01-01T01:00:01+01:00", 1),
            ("1969-12-31T19:30:01-0430", 1), ("1970-01-01T23:59:59Z", 86_399),
        ] as [(String, Int64)]
    )
    func zones(_ text: String, _ seconds: Int64) {
        #expect(Timestamp(text: text)?.rawValue == seconds * 1000)
    }

    @Test(
        "what is no moment is none",
        arguments: [
            "", "2026", "2026-02-30", "2026-02-29", "2026-04-31", "2026-00-10", "2026-13-01",
            "2026-01-00", "2026-1-1", "+026-01-01", "2026-01-01T", "2026-01-01T10:00:00",
            "2026-01-01T24:00:00Z", "2026-01-01T10:60:00Z", "2026-01-01T10:00:60Z",
            "2026-01-01T10:00:00.5Z", "2026-01-01T10:00:00z", "2026-01-01 10:00:00Z",
            "2026-01-01T10:00:00+24:00", "2026-01-01T10:00:00Z0", "\u{FF12}026-01-01",
            "2026-01-01T10:00:00+01:000000000000",
        ]
    )
    func refusals(_ text: String) {
        #expect(Timestamp(text: text) == nil)
    }
}

@Suite("Moments that are written")
struct TimestampWritingTests {
    @Test(
        "they have the form of RFC 3339, with and without milliseconds",
        arguments: [
            (Int64(0), "1970-01-01T00:00:00", "000"), (-1, "1969-12-31T23:59:59", "999"),
            (951_782_400_007, "2000-02-29T00:00:00", "007"),
            (1_767_225_599_120, "2025-12-31T23:59:59", "120"),
            (253_402_300_799_999, "9999-12-31T23:59:59", "999"),
            (253_402_300_800_001, "10000-01-01T00:00:00", "001"),
        ]
    )
    func forms(_ milliseconds: Int64, _ text: String, _ rest: String) {
        let moment = Timestamp(rawValue: milliseconds)
        #expect(moment.text == text + "Z")
        #expect(moment.preciseText == "\(text).\(rest)Z")
    }

    @Test("each second of a day, and each day from 1970 to 2100, is read again as it was")
    func again() {
        for second in stride(from: Int64(0), to: 86_400, by: 7) {
            let moment = Timestamp(rawValue: second * 1000)
            #expect(Timestamp(text: moment.text) == moment)
        }
        for day in Int64(0)..<47_482 {
            let moment = Timestamp(rawValue: day * 86_400_000)
            #expect(Timestamp(text: moment.text) == moment)
        }
    }
}

@Suite("A moment in a mail")
struct MailDateTests {
    @Test(
        "has its day of the week and the offset",
        arguments: [
            (Int64(0), "Thu, 1 Jan 1970 00:00:00 +0000"),
            (951_782_400_000, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (1_767_225_599_999, "Wed, 31 Dec 2025 23:59:59 +0000"),
        ]
    )
    func dates(_ milliseconds: Int64, _ text: String) {
        #expect(Timestamp(rawValue: milliseconds).mailText == text)
    }
}
