import MusterCore

extension MetricsText {
    /// Adds the samples of a histogram to the family.
    mutating func samples(
        of counts: DurationCounts,
        _ labels: [(name: String, value: String)] = []
    ) {
        for (bound, count) in zip(DurationCounts.bounds, counts.cumulated) {
            sample("_bucket", labels + [("le", "\(Double(bound) / 1e6)")], count)
        }
        sample("_bucket", labels + [("le", "+Inf")], counts.count)
        sample("_sum", labels, counts.seconds)
        sample("_count", labels, counts.count)
    }
}
