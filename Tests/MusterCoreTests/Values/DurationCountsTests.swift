import MusterCore
import Testing

@Suite("Histograms of durations")
struct DurationCountsTests {
    @Test("buckets hold what took no longer than their bound, and the count all")
    func buckets() {
        var counts = DurationCounts()
        for microseconds: UInt64 in [100, 101, 250, 10_000_000, 10_000_001] {
            counts.add(microseconds * 1000)
        }
        let buckets = counts.cumulated
        #expect(buckets.count == DurationCounts.bounds.count)
        #expect(buckets[0] == 1 && buckets[1] == 3 && buckets.last == 4)
        #expect(counts.count == 5)
        #expect(abs(counts.seconds - 20.000452) < 0.000001)
    }
}
