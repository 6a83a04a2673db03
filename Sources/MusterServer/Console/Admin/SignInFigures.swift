import MusterConsole
import MusterCore
import TextBytes

/// How many have come in in each hour of a day or each day of a month, and why others have not.
struct SignInFigures: Sendable {
    /// What is told of them.
    private(set) var told: OverviewPage.SignIns

    /// How many reasons are told.
    private static let shown = 8

    /// Why a sign-in was refused, and at which step.
    private struct Reason: Hashable {
        let step: ByteText
        let text: ByteText
    }

    /// Counts events.
    init(_ read: SignInEvents, _ span: OverviewPage.Span, until now: Timestamp) {
        let (length, count) = (span.partMilliseconds, span.partCount)
        let last = now.rawValue / length
        var parts = (0..<count).map {
            OverviewPage.Part(Timestamp(rawValue: (last - Int64(count - 1 - $0)) * length))
        }
        var counts: [Reason: Int] = [:]
        for event in read.events {
            let place = Int(event.at.rawValue / length - last) + count - 1
            guard parts.indices.contains(place) else { continue }
            if event.action == .sessionCreate { parts[place].signIns += 1 }
            let isSignIn =
                event.action == .authenticatePassword || event.action == .authenticateCode
            guard isSignIn, event.isFailure else { continue }
            parts[place].refusals += 1
            let reason = event.fields.first { $0.key.utf8.elementsEqual("reason".utf8) }?.value
            let step = ByteText(event.action.rawValue)
            counts[Reason(step: step, text: ByteText(reason ?? "none given")), default: 0] += 1
        }
        let reasons = counts.sorted { $0.value > $1.value }.prefix(SignInFigures.shown).map {
            OverviewPage.Reason($0.key.text.text, at: $0.key.step.text, count: $0.value)
        }
        told = OverviewPage.SignIns(
            parts: parts,
            reasons: reasons,
            since: now.advanced(by: .zero - span.length),
            isPartial: read.isPartial
        )
    }
}
