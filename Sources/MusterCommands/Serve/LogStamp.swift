import FoundationEssentials

/// The time that stands on a line of the log, in whole seconds of UTC (RFC 3339), written out once a second.
struct LogStamp {
    private var second = Int64.min
    /// The time as text.
    private(set) var text = ""

    /// Makes it that of now.
    mutating func renew(_ now: Date = Date()) {
        let second = Int64(now.timeIntervalSinceReferenceDate.rounded(.down))
        guard second != self.second else { return }
        self.second = second
        text = now.formatted(.iso8601)
    }
}
