import MusterConsole
import MusterCore

/// Tells an import of the console how its lines end.
struct ImportJobReport: SentImportReport {
    let job: ImportJob
    let clock: any DirectoryClock
    private(set) var failed = 0

    init(_ job: ImportJob, _ clock: any DirectoryClock) {
        self.job = job
        self.clock = clock
    }

    mutating func fail(_ line: Int, _ error: MusterError) {
        failed += 1
        job.fail(line, error)
    }

    mutating func add(_ candidate: ImportCandidate, _ outcome: ImportOutcome) {
        switch outcome {
        case .created: job.update { $0.created += 1 }
        case .updated: job.update { $0.updated += 1 }
        case .unchanged: job.update { $0.unchanged += 1 }
        case .failed(let error): fail(candidate.number, error)
        }
    }

    mutating func beginLooks() {}

    mutating func endLooks() { job.update { $0.beginWrites() } }

    mutating func look(_ lines: Int) { job.update { $0.seen = lines } }

    mutating func progress(_ lines: Int) { job.update { $0.seen = lines } }

    mutating func finish(_ error: MusterError?) { job.end(error, at: clock.now()) }

    @concurrent mutating func send() async throws {}
}
