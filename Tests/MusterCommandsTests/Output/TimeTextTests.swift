import Foundation
import Testing
import WireJSON

@testable import MusterCommands

@Suite("Moments on the command line")
struct TimeTextTests {
    private let now = Date(timeIntervalSince1970: 1_769_860_800)

    @Test(
        "a date, a time, or a span back from now",
        arguments: [
            ("2026-01-31", "2026-01-31T00:00:00Z"),
            ("2026-01-31T11:30:00Z", "2026-01-31T11:30:00Z"),
            ("2026-01-31T12:30:00+01:00", "2026-01-31T11:30:00Z"), ("90s", "2026-01-31T11:58:30Z"),
            ("15m", "2026-01-31T11:45:00Z"), ("2h", "2026-01-31T10:00:00Z"),
            ("7d", "2026-01-24T12:00:00Z"), ("0s", "2026-01-31T12:00:00Z"),
        ]
    )
    func moments(_ text: String, _ moment: String) {
        #expect(TimeText.moment(text, now: now) == moment)
    }

    @Test(
        "anything else is none",
        arguments: [
            "", "d", "-1d", "1.5h", "1w", " 1h", "1h ", "yesterday", "2026-13-01", "2026-02-30",
            "2026-1-1", "٣d",
            "99999999999d", "12:00", "2026-01-31 12:00:00", "nan", "infd", "0x1h",
        ]
    )
    func refusals(_ text: String) {
        #expect(TimeText.moment(text, now: now) == nil)
    }

    @Test("milliseconds are shown as a time in UTC, and nothing as nothing")
    func shown() {
        #expect(TimeText.text(1_769_860_800_999) == "2026-01-31T12:00:00Z")
        #expect(TimeText.text(nil).isEmpty)
    }

    @Test("a day that something goes up to is there to its end")
    func ends() {
        #expect(TimeText.moment("2026-01-31", now: now, endsDay: true) == "2026-01-31T23:59:59Z")
        #expect(TimeText.moment("2h", now: now, endsDay: true) == "2026-01-31T10:00:00Z")
    }

    @Test(
        "a time in a zone has its offset",
        arguments: [(3600, "13:00:00+01:00"), (-12_600, "08:30:00-03:30"), (0, "12:00:00Z")]
    )
    func zones(_ offset: Int, _ text: String) {
        #expect(TimeText.text(1_769_860_800_999, aheadBy: offset) == "2026-01-31T" + text)
    }

    @Test("times are written as asked for, in JSON and CSV as the server does unless asked")
    func styles() {
        let record = JSONObject([
            ("last_login", .integer(1_769_860_800_999)), ("id", .integer(1_769_860_800_999)),
        ])
        func written(_ style: TimeStyle?, _ format: OutputFormat) -> JSONValue? {
            let written = RecordLayout.user.withTimes(record, style, format)
            #expect(written["id"] == record["id"])
            return written["last_login"]
        }
        #expect(written(nil, .json) == .integer(1_769_860_800_999))
        #expect(written(.iso, .csv) == .string("2026-01-31T12:00:00Z"))
        #expect(written(.epoch, .table) == .integer(1_769_860_800_999))
        let event = JSONObject([("received", .string("2026-01-31T12:00:00Z"))])
        let epoch = RecordLayout.auditEvent.withTimes(event, .epoch, .csv)
        #expect(epoch["received"] == .integer(1_769_860_800_000))
    }
}
