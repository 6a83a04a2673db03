/// Writes candidates batch by batch, one batch while the next is gathered.
///
/// What it holds has room of its caller's; if there is none, lines are written as they come, in smaller batches.
struct ImportBatchWriter {
    private let run: UserImport
    private let stopsAtFailure: Bool
    private let room: any ImportRoom
    private var gathered: [ImportCandidate] = []
    private var gatheredRows = 0
    /// How much room what is gathered has taken.
    private var gatheredBytes = 0
    private var inFlight: (batch: ImportBatch, bytes: Int, task: Task<Outcomes, Never>)?
    /// How much room batches have taken that are on disk, but for what was told of them and may not be sent yet.
    private var toldBytes = 0
    private var done = 0

    private typealias Outcomes = Result<[ImportOutcome], MusterError>

    init(_ run: UserImport, stopsAtFailure: Bool, room: any ImportRoom) {
        self.run = run
        self.stopsAtFailure = stopsAtFailure
        self.room = room
    }

    /// Takes candidates, and waits while a whole batch is gathered and the one before is not on disk yet.
    ///
    /// Between two calls what was reported is sent.
    mutating func push(
        _ candidates: [ImportCandidate],
        _ report: inout some ImportReport
    ) async throws(MusterError) {
        room.giveBack(toldBytes)
        toldBytes = 0
        var bytes = 0
        for candidate in candidates {
            bytes += candidate.bytes
            gatheredRows += candidate.rows
        }
        let hasRoom = room.take(bytes)
        gathered += candidates
        if hasRoom { gatheredBytes += bytes }
        let isBatch =
            gatheredRows >= ImportService.batchSize || gatheredBytes >= ImportService.batchBytes
        guard isBatch || !hasRoom else { return }
        try await advance(&report)
        // Nothing more is read before these lines are on disk.
        if !hasRoom { try await advance(&report) }
    }

    /// Writes what is left and waits until all is on disk.
    mutating func finish(_ report: inout some ImportReport) async throws(MusterError) {
        try await advance(&report)
        try await advance(&report)
    }

    /// Waits for the batch that is being written, and sends what was gathered after it.
    ///
    /// The next batch is ready before the writer is, and what became of the last is told while the writer works.
    private mutating func advance(_ report: inout some ImportReport) async throws(MusterError) {
        let next = gathered.isEmpty ? nil : run.batch(gathered)
        let bytes = gatheredBytes
        gathered = []
        (gatheredRows, gatheredBytes) = (0, 0)
        let last = inFlight
        inFlight = nil
        let result = await last?.task.value
        if case .failure(let error) = result { throw stopped(by: error, &report) }
        if let next { start(next, holding: bytes) }
        toldBytes += last?.bytes ?? 0
        guard let last, case .success(let outcomes) = result else { return }
        for (candidate, outcome) in zip(last.batch.candidates, outcomes) {
            report.add(candidate, outcome)
        }
        done += outcomes.count
        report.progress(done)
    }

    private mutating func start(_ batch: ImportBatch, holding bytes: Int) {
        let (run, stopsAtFailure) = (run, stopsAtFailure)
        // Not on the import's own thread, where it would wait until the next lines have been read.
        let task = Task<Outcomes, Never> {
            do throws(MusterError) {
                return .success(try await run.commit(batch, stopsAtFailure: stopsAtFailure))
            } catch {
                return .failure(error)
            }
        }
        inFlight = (batch, bytes, task)
    }

    private func stopped(by error: MusterError, _ report: inout some ImportReport) -> MusterError {
        guard let line = error.details["line"].flatMap({ Int($0) }) else { return error }
        report.fail(line, error)
        return MusterError(
            .importStopped,
            "Line \(line) could not be taken any more; the lines before its batch were."
        )
    }
}
