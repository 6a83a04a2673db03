import MusterConsole
import MusterCore
import TextBytes

/// How many have come in in each hour of a day, and why others have not.
struct DayTally: Sendable {
    /// The hours, oldest first.
    private(set) var hours: [OverviewPage.Hour]
    /// The reasons, the most frequent first.
    let reasons: [(reason: String, count: Int)]
    /// Whether there were more events than these.
    let isPartial: Bool

    private static let (hour, shown) = (Int64(3_600_000), 8)

    /// Counts events.
    init(_ events: [AuditEvent], until now: Timestamp, isPartial: Bool) {
        self.isPartial = isPartial
        let last = now.rawValue / DayTally.hour
        hours = (0..<24).map {
            OverviewPage.Hour(Timestamp(rawValue: (last - 23 + Int64($0)) * DayTally.hour))
        }
        var counts: [ByteText: Int] = [:]
        for event in events {
            let place = Int(event.at.rawValue / DayTally.hour - last) + 23
            guard hours.indices.contains(place) else { continue }
            if event.action == .sessionCreate { hours[place].signIns += 1 }
            let isSignIn =
                event.action == .authenticatePassword || event.action == .authenticateCode
            guard isSignIn, event.isFailure else { continue }
            hours[place].refusals += 1
            let reason = event.fields.first { $0.key.utf8.elementsEqual("reason".utf8) }?.value
            counts[ByteText(reason ?? "none given"), default: 0] += 1
        }
        reasons = counts.sorted { $0.value > $1.value }.prefix(DayTally.shown).map {
            (reason: $0.key.text, count: $0.value)
        }
    }
}
