import MusterConsole
import MusterCore
import Synchronization

/// The imports of the console that are under way, or were lately.
///
/// They are kept in memory: an import that a server's end has interrupted is not known any more, and what it has written
/// stays.
final class ImportJobs: Sendable {
    /// The most bytes of a file.
    static let mostBytes = 33_554_432
    /// How many an administrator has at a time.
    private static let ofOneCaller = 4
    /// How long one is kept with which nothing is done.
    private static let lifetime = Duration.seconds(3_600)

    private let directory: Directory
    private let imports: ImportService
    private let tools: ConsoleTools?
    private let budgets = ImportBudgets()
    /// Four times a file for one administrator.
    private let files = ArrivalBudget(1_073_741_824)
    private let jobs = Mutex<[ImportJob]>([])

    init(_ parts: ServerParts) {
        directory = parts.directory
        imports = ImportService(directory)
        tools = parts.consoleTools
    }

    /// Those of an administrator, the newest first.
    func list(of owner: UserID) -> [ImportJob] {
        jobs.withLock { jobs in jobs.filter { $0.owner == owner }.reversed() }
    }

    /// One of an administrator's.
    ///
    /// - Throws: ``MusterError`` with code `request.not_found`.
    func job(_ id: String, of owner: UserID) throws(MusterError) -> ImportJob {
        let found = jobs.withLock { jobs in
            jobs.first { $0.owner == owner && $0.id.utf8.elementsEqual(id.utf8) }
        }
        guard let found else {
            throw MusterError(
                .requestNotFound,
                "This import is not known any more. If the server was restarted meanwhile, what it had written stays."
            )
        }
        return found
    }

    /// Room for a file of an administrator; what has been left lying gives its own back before.
    func room(for owner: UserID) -> BudgetedRoom {
        forgetOld()
        return BudgetedRoom(of: files, for: owner)
    }

    /// Forgets those with which nothing has been done for long, or which were touched while the clock was ahead.
    private func forgetOld() {
        let now = directory.clock.now()
        jobs.withLock { jobs in
            jobs.removeAll { job in
                let isOld = now.since(job.touched) > ImportJobs.lifetime
                return !job.shown.phase.isUnderWay && (isOld || job.touched.isFuture(at: now))
            }
        }
    }

    /// Begins to look at a file.
    ///
    /// - Throws: ``MusterError`` as ``ImportService/begin(by:_:)``, or with code `server.overloaded`.
    func add(
        _ file: [UInt8],
        _ room: BudgetedRoom,
        name: String,
        _ options: ImportOptions,
        by principal: Principal
    ) throws(MusterError) -> ImportJob {
        try principal.requireAdministrator()
        let now = directory.clock.now()
        let job = ImportJob(
            Hex.text(directory.random.bytes(16)),
            of: principal.payer,
            options,
            name: name,
            file: file,
            room: room,
            at: now
        )
        forgetOld()
        let hasPlace = jobs.withLock { jobs in
            if jobs.count(where: { $0.owner == job.owner }) >= ImportJobs.ofOneCaller {
                let oldest = jobs.firstIndex {
                    $0.owner == job.owner && !$0.shown.phase.isUnderWay
                }
                guard let oldest else { return false }
                jobs.remove(at: oldest)
            }
            jobs.append(job)
            return true
        }
        guard hasPlace else {
            throw .overloaded("Too many imports of yours are under way.", retryAfter: 10)
        }
        do throws(MusterError) {
            try run(job, .looking, by: principal)
        } catch {
            remove(job)
            throw error
        }
        return job
    }

    /// Forgets an import that is not under way.
    func remove(_ job: ImportJob) {
        jobs.withLock { $0.removeAll { $0 === job } }
    }

    /// Writes what was looked at and found good.
    ///
    /// - Throws: ``MusterError`` as ``ImportService/begin(by:_:)``.
    func write(_ job: ImportJob, by principal: Principal) throws(MusterError) {
        try run(job, .writing, by: principal)
    }

    private func run(
        _ job: ImportJob,
        _ phase: ImportState.Phase,
        by principal: Principal
    ) throws(MusterError) {
        var options = job.options
        options.isDryRun = phase == .looking
        let run = try imports.begin(by: principal) { options }
        guard job.begin(phase, at: directory.clock.now()) else { return }
        let caller = run.caller
        let importRun = ImportRun(
            run,
            as: NativeImportFormat(),
            stopsAtFailure: true,
            roomForLines: { [budgets] in BudgetedRoom(of: budgets.lines, for: caller) },
            names: { [budgets] in BudgetedRoom(of: budgets.names, for: caller) },
            checkers: ImportThread.checkers.map { $0.lane(for: caller) }
        )
        let (tools, clock) = (tools, directory.clock)
        Task(executorPreference: ImportThread.shared.lane(for: caller)) {
            await ImportJobs.take(job, importRun, tools, clock)
        }
    }

    @concurrent private static func take(
        _ job: ImportJob,
        _ run: ImportRun<NativeImportFormat>,
        _ tools: ConsoleTools?,
        _ clock: any DirectoryClock
    ) async {
        do {
            var report = ImportJobReport(job, clock)
            try await run.take(PieceSource(try job.lines(tools).bytes), &report)
        } catch let error as MusterError {
            job.end(error, at: clock.now())
        } catch {
            job.end(.overloaded("The import was given up.", retryAfter: 1), at: clock.now())
        }
    }
}

/// Bytes that are here, piece by piece.
private struct PieceSource: ImportSource {
    private static let piece = 65_536
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    @concurrent mutating func next() async throws -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        defer { rest = rest.dropFirst(PieceSource.piece) }
        return rest.prefix(PieceSource.piece)
    }
}
