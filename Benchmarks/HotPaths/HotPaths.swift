import AllocationCounter
import Benchmark
import MusterCore
import TenableAPI
import WireJSON

// Each is what one request does, or a part of it, a thousand times over. Allocations are counted on the thread that
// works; instructions where the processor's counters can be read. The files in Thresholds say how many there may be.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = Benchmark.Configuration(
        metrics: [.instructions, .allocations],
        scalingFactor: .kilo,
        maxDuration: .seconds(2),
        maxIterations: 100,
        thresholds: [
            .allocations: BenchmarkThresholds(absolute: [.p90: 0]),
            .instructions: BenchmarkThresholds(relative: [.p90: 3]),
        ]
    )

    Benchmark("user-record-json") { benchmark in
        let record = HotPath.record
        try benchmark.counting { _ in
            var json = JSONWriter(reserving: 1024)
            record.write(to: &json)
            blackHole(json.bytes.count)
        }
    }

    Benchmark("host-matching") { benchmark in
        let rules = try AllowedNetworks((0..<8).map { "10.\($0).0.0/16" })
        let address = IPAddress("10.7.3.4")
        try benchmark.counting { _ in
            blackHole(rules.allow(address))
        }
    }

    Benchmark("authenticated-look-up") { (benchmark, path: HotPath) in
        try benchmark.counting { number in
            blackHole(try path.lookUp(number).id)
        }
    } setup: {
        try await HotPath.directory()
    }

    Benchmark("page-of-50") { (benchmark, path: HotPath) in
        try benchmark.counting { number in
            blackHole(try path.page(number).count)
        }
    } setup: {
        try await HotPath.directory()
    }
}

extension BenchmarkMetric {
    /// Calls of the allocator for one pass.
    static let allocations = BenchmarkMetric.custom("Allocations")
}

extension Benchmark {
    /// Runs the scaled passes of one iteration and notes how often they asked for memory.
    func counting(_ pass: (Int) throws -> Void) throws {
        try pass(0)
        startMeasurement()
        let before = allocation_count()
        for number in scaledIterations { try pass(number) }
        let after = allocation_count()
        stopMeasurement()
        measurement(.allocations, Int(after - before))
    }
}
