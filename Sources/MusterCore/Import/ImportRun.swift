/// One import on its way: takes lines as they arrive and reports as they are dealt with.
///
/// Where one bad line is enough to take nothing, all lines are looked at first and wait, sealed, in a spool;
/// only then are they written. Otherwise a batch is written while the next arrives. Either way the memory
/// needed is that of two batches, and of the names that were seen, within what a caller may hold (``ImportRoom``).
public struct ImportRun<Format: ImportFormat>: Sendable {
    /// Makes room for what an import holds.
    public typealias Rooms = @Sendable () -> any ImportRoom

    private let run: UserImport
    private let format: Format
    private let stopsAtFailure: Bool
    private let rooms: (lines: Rooms, names: Rooms)
    private let checkers: [any TaskExecutor]

    /// Prepares an import.
    ///
    /// - Parameters:
    ///   - run: Whose it is and how it goes.
    ///   - format: How its lines are written.
    ///   - stopsAtFailure: Whether one bad line is enough to take nothing.
    ///   - lines: Makes room for lines that wait to be written; whoever finds none writes what it has at once.
    ///   - names: Makes room for login names that were seen; whoever finds none ends.
    ///   - checkers: Where lines are checked while others are written; where the import itself runs if there is none.
    public init(
        _ run: UserImport,
        as format: Format,
        stopsAtFailure: Bool,
        roomForLines lines: @escaping Rooms,
        names: @escaping Rooms,
        checkers: [any TaskExecutor] = []
    ) {
        self.run = run
        self.format = format
        self.stopsAtFailure = stopsAtFailure
        rooms = (lines, names)
        self.checkers = checkers
    }

    /// Takes all lines, and reports.
    ///
    /// Where a report cannot be sent, the import ends, unless its lines have all been looked at: those are written even
    /// where nobody hears the answer any more.
    ///
    /// - Parameters:
    ///   - source: Where the lines come from.
    ///   - report: What is told. What was told last is not sent yet when this returns.
    /// - Throws: What `source` and `report` throw; what is wrong with the import itself is reported.
    @concurrent public func take(
        _ source: some ImportSource,
        _ report: inout some SentImportReport
    ) async throws {
        do {
            if run.options.isDryRun {
                try await look(source, &report, keepingIn: nil)
            } else if stopsAtFailure {
                let spool = try run.makeSpool()
                report.beginLooks()
                try await look(source, &report, keepingIn: spool)
                report.endLooks()
                try ImportRun.requireNone(report.failed)
                try await write(SpoolSource(spool: spool), namesIn: nil, &report)
            } else {
                try await write(source, namesIn: rooms.names(), &report)
            }
            report.finish(nil)
        } catch let error as MusterError {
            run.note(error)
            report.finish(error)
        }
    }

    /// Looks at every line and changes nothing.
    @concurrent private func look(
        _ source: some ImportSource,
        _ report: inout some SentImportReport,
        keepingIn spool: (any ImportSpool)?
    ) async throws {
        var reader = ImportReader(run, rememberingIn: rooms.names())
        var keeper = spool.map { SpoolWriter($0, as: format) }
        var checked = CheckedLines(source, as: format, run, on: checkers)
        while let (lines, results) = try await checked.next() {
            let candidates = try await reader.read(lines, results, &report)
            for (candidate, outcome) in zip(candidates, try await run.preview(candidates)) {
                report.add(candidate, outcome)
            }
            if report.failed == 0 {
                try keeper?.keep(lines, candidates)
            } else {
                keeper = nil
            }
            report.look(lines.last?.number ?? 0)
            try await report.send()
        }
        try keeper?.finish()
    }

    /// Writes the lines; those that have all been looked at, even where nobody hears the answer any more.
    ///
    /// Those have been compared, too, and no names are remembered.
    @concurrent private func write(
        _ source: some ImportSource,
        namesIn names: (any ImportRoom)?,
        _ report: inout some SentImportReport
    ) async throws {
        var reader = ImportReader(run, rememberingIn: names)
        var writer = ImportBatchWriter(run, stopsAtFailure: stopsAtFailure, room: rooms.lines())
        var checked = CheckedLines(source, as: format, run, on: checkers)
        while let (lines, results) = try await checked.next() {
            let candidates: [ImportCandidate]
            do throws(MusterError) {
                candidates = try await reader.read(lines, results, &report)
            } catch {
                // What came before is written, and told.
                try await writer.finish(&report)
                throw error
            }
            try await writer.push(candidates, &report)
            do {
                try await report.send()
            } catch {
                guard stopsAtFailure else { throw error }
            }
        }
        try await writer.finish(&report)
    }

    private static func requireNone(_ failed: Int) throws(MusterError) {
        guard failed > 0 else { return }
        throw MusterError(
            .importStopped,
            "Nothing was changed: \(failed) of the lines cannot be taken."
        )
    }
}
