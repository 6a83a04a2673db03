import MusterCore

/// Writes candidates batch by batch, one batch while the next is gathered.
struct ImportPipe {
    private let run: UserImport
    private let stopsAtFailure: Bool
    private var gathered: [ImportCandidate] = []
    private var inFlight: (batch: ImportBatch, task: Task<Outcomes, Never>)?
    private var done = 0

    private typealias Outcomes = Result<[ImportOutcome], MusterError>

    init(_ run: UserImport, stopsAtFailure: Bool) {
        self.run = run
        self.stopsAtFailure = stopsAtFailure
    }

    /// Takes candidates, and waits while a whole batch is gathered and the one before is not on disk yet.
    mutating func push(
        _ candidates: [ImportCandidate],
        _ answer: inout ImportAnswer
    ) async throws(MusterError) {
        gathered += candidates
        guard gathered.count >= ImportService.batchSize else { return }
        try await land(&answer)
        start()
    }

    /// Writes what is left and waits until all is on disk.
    mutating func finish(_ answer: inout ImportAnswer) async throws(MusterError) {
        try await land(&answer)
        start()
        try await land(&answer)
    }

    private mutating func start() {
        guard !gathered.isEmpty else { return }
        let (run, batch, stopsAtFailure) = (run, run.batch(gathered), stopsAtFailure)
        gathered = []
        // Not on the import's own thread, where it would wait until the next lines have been read.
        let task = Task<Outcomes, Never> {
            do throws(MusterError) {
                return .success(try await run.commit(batch, stopsAtFailure: stopsAtFailure))
            } catch {
                return .failure(error)
            }
        }
        inFlight = (batch, task)
    }

    private mutating func land(_ answer: inout ImportAnswer) async throws(MusterError) {
        guard let (batch, task) = inFlight else { return }
        inFlight = nil
        let outcomes: [ImportOutcome]
        switch await task.value {
        case .success(let made):
            outcomes = made
        case .failure(let error):
            guard let line = error.details["line"].flatMap({ Int($0) }) else { throw error }
            answer.fail(line, error)
            throw MusterError(
                .importStopped,
                "Line \(line) could not be taken any more; the lines before its batch were."
            )
        }
        for (candidate, outcome) in zip(batch.candidates, outcomes) {
            answer.add(candidate, outcome)
        }
        done += batch.candidates.count
        answer.progress(done)
    }
}
