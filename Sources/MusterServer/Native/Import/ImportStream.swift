import Hummingbird
import MusterCore
import NIOCore

/// One import on its way through the server: takes lines as they arrive and answers as they are dealt with.
///
/// Where one bad line is enough to take nothing, all lines are looked at first and wait, sealed, in a spool;
/// only then are they written. Otherwise a batch is written while the next arrives. Either way the memory
/// needed is that of two batches, and of the names that were seen, within what a caller may hold (``ImportBudgets``).
struct ImportStream: Sendable {
    let imports: ImportService
    let run: UserImport
    let settings: ImportSettings
    let budgets: ImportBudgets
    /// Where it is counted what kept the server from going on.
    let refusals: RefusalTally
    let body: RequestBody

    /// Takes the body and writes the answer.
    @concurrent func answer(to writer: inout any ResponseBodyWriter) async throws {
        var answer = ImportAnswer(
            shown: settings.results,
            isDryRun: settings.options.isDryRun
        )
        do {
            if settings.options.isDryRun {
                try await look(&answer, &writer, keepingIn: nil)
            } else if settings.stopsAtFailure {
                let spool = try imports.makeSpool()
                answer.beginLooks()
                try await look(&answer, &writer, keepingIn: spool)
                answer.forgetLooks()
                try ImportStream.requireNone(answer.failed)
                answer.shown = settings.results
                try await write(SpoolSource(spool: spool), namesIn: nil, &answer, &writer)
            } else {
                try await write(BodySource(body), namesIn: roomForNames(), &answer, &writer)
            }
            answer.finish()
        } catch let error as MusterError {
            _ = refusals.count(error)
            answer.finish(error)
        }
        try await answer.send(to: &writer, all: true)
    }

    /// Looks at every line and changes nothing.
    @concurrent private func look(
        _ answer: inout ImportAnswer,
        _ writer: inout any ResponseBodyWriter,
        keepingIn spool: (any ImportSpool)?
    ) async throws {
        var reader = ImportReader(run, rememberingIn: roomForNames())
        var keeper = spool.map(SpoolWriter.init)
        var checked = CheckedLines(BodySource(body), run)
        while let (lines, results) = try await checked.next() {
            let candidates = try await reader.read(lines, results, &answer)
            for (candidate, outcome) in zip(candidates, try await run.preview(candidates)) {
                answer.add(candidate, outcome)
            }
            if answer.failed == 0 {
                try keeper?.keep(lines, candidates)
            } else {
                keeper = nil
            }
            answer.look(lines.last?.number ?? 0)
            try await answer.send(to: &writer)
        }
        try keeper?.finish()
    }

    /// Room for the names of one pass through the lines.
    private func roomForNames() -> ImportRoom {
        ImportRoom(of: budgets.names, for: run.caller)
    }

    /// Writes the lines; those that have all been looked at, even where nobody hears the answer any more.
    ///
    /// Those have been compared, too, and no names are remembered.
    @concurrent private func write(
        _ source: some ImportSource,
        namesIn names: ImportRoom?,
        _ answer: inout ImportAnswer,
        _ writer: inout any ResponseBodyWriter
    ) async throws {
        var reader = ImportReader(run, rememberingIn: names)
        var pipe = ImportBatchWriter(
            run,
            stopsAtFailure: settings.stopsAtFailure,
            room: ImportRoom(of: budgets.lines, for: run.caller)
        )
        var checked = CheckedLines(source, run)
        while let (lines, results) = try await checked.next() {
            let candidates: [ImportCandidate]
            do throws(MusterError) {
                candidates = try await reader.read(lines, results, &answer)
            } catch {
                // What came before is written, and told.
                try await pipe.finish(&answer)
                throw error
            }
            try await pipe.push(candidates, &answer)
            do {
                try await answer.send(to: &writer)
            } catch {
                guard settings.stopsAtFailure else { throw error }
            }
        }
        try await pipe.finish(&answer)
    }

    private static func requireNone(_ failed: Int) throws(MusterError) {
        guard failed > 0 else { return }
        throw MusterError(
            .importStopped,
            "Nothing was changed: \(failed) of the lines cannot be taken."
        )
    }
}
