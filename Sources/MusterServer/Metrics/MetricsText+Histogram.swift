import MusterCore

extension MetricsText {
    /// Adds the samples of a histogram to the family.
    mutating func samples(
        of counts: DurationCounts,
        _ labels: [(name: String, value: String)] = []
    ) {
        samples(counts.cumulated, of: counts.count, seconds: counts.seconds, labels)
    }

    /// Adds the samples of a histogram: how many took no longer than each bound, how many there were, and how long all
    /// took.
    mutating func samples(
        _ cumulated: [UInt64],
        of count: UInt64,
        seconds: Double,
        _ labels: [(name: String, value: String)]
    ) {
        for (bound, number) in zip(DurationCounts.bounds, cumulated) {
            sample("_bucket", labels + [("le", "\(Double(bound) / 1e6)")], number)
        }
        sample("_bucket", labels + [("le", "+Inf")], count)
        sample("_sum", labels, seconds)
        sample("_count", labels, count)
    }
}
