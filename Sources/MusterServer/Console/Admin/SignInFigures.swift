import MusterConsole
import MusterCore
import TextBytes

/// How many have come in in each hour of a day or each day of a month, and why others have not.
struct SignInFigures: Sendable {
    /// The hours or days, oldest first.
    private(set) var parts: [OverviewPage.Part]
    /// The reasons, the most frequent first.
    let reasons: [(reason: String, count: Int)]
    /// Whether there were more events than these.
    let isPartial: Bool

    /// How many reasons are told.
    private static let shown = 8

    /// Counts events.
    init(
        _ events: [AuditEvent],
        _ span: OverviewPage.Span,
        until now: Timestamp,
        isPartial: Bool
    ) {
        self.isPartial = isPartial
        let (length, count) = (span.partMilliseconds, span.partCount)
        let last = now.rawValue / length
        parts = (0..<count).map {
            OverviewPage.Part(Timestamp(rawValue: (last - Int64(count - 1 - $0)) * length))
        }
        var counts: [ByteText: Int] = [:]
        for event in events {
            let place = Int(event.at.rawValue / length - last) + count - 1
            guard parts.indices.contains(place) else { continue }
            if event.action == .sessionCreate { parts[place].signIns += 1 }
            let isSignIn =
                event.action == .authenticatePassword || event.action == .authenticateCode
            guard isSignIn, event.isFailure else { continue }
            parts[place].refusals += 1
            let reason = event.fields.first { $0.key.utf8.elementsEqual("reason".utf8) }?.value
            counts[ByteText(reason ?? "none given"), default: 0] += 1
        }
        reasons = counts.sorted { $0.value > $1.value }.prefix(SignInFigures.shown).map {
            (reason: $0.key.text, count: $0.value)
        }
    }
}
