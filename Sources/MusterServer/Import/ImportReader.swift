import MusterCore

/// Turns lines into candidates, and those that cannot be into answers.
struct ImportReader {
    /// How often a password waits for the hashing threads, which refuse when many log in, and how long.
    private static let hashingTries = 50
    private static let hashingPause = Duration.milliseconds(200)
    /// From how many lines on it is worth asking another thread.
    private static let sharedLines = 32

    private let run: UserImport
    private var seen = SeenNames()

    init(_ run: UserImport) {
        self.run = run
    }

    /// Reads and checks lines; blank ones are passed over.
    mutating func read(
        _ lines: ArraySlice<LineSplitter.Line>,
        _ answer: inout ImportAnswer
    ) async -> [ImportCandidate] {
        var candidates: [ImportCandidate] = []
        candidates.reserveCapacity(lines.count)
        for (line, checked) in zip(lines, await check(lines)) {
            guard let checked else { continue }
            do throws(MusterError) {
                let candidate = try checked.get()
                guard seen.insert(candidate.username) else { throw ImportReader.namedTwice }
                candidates.append(
                    candidate.needsHashing ? try await hashing(candidate) : candidate
                )
            } catch {
                answer.fail(line.number, error)
            }
        }
        return candidates
    }

    /// How each line is by itself; nil for blank ones.
    ///
    /// Two threads share the work.
    private func check(
        _ lines: ArraySlice<LineSplitter.Line>
    ) async -> [Result<ImportCandidate, MusterError>?] {
        let run = run
        guard lines.count >= ImportReader.sharedLines else { return Self.check(lines, run) }
        let middle = lines.startIndex + lines.count / 2
        let others = Task(executorPreference: ImportThread.helper) {
            Self.check(lines[middle...], run)
        }
        let own = Self.check(lines[..<middle], run)
        return own + (await others.value)
    }

    private static func check(
        _ lines: ArraySlice<LineSplitter.Line>,
        _ run: UserImport
    ) -> [Result<ImportCandidate, MusterError>?] {
        lines.map { line in
            guard !line.isBlank else { return nil }
            do throws(MusterError) {
                return .success(try run.check(try ImportLine(line)))
            } catch {
                return .failure(error)
            }
        }
    }

    private func hashing(
        _ candidate: ImportCandidate
    ) async throws(MusterError) -> ImportCandidate {
        for _ in 1..<ImportReader.hashingTries {
            do throws(MusterError) {
                return try await run.hashing(candidate)
            } catch {
                guard error.code == .overloaded else { throw error }
                try? await Task.sleep(for: ImportReader.hashingPause)
            }
        }
        return try await run.hashing(candidate)
    }

    private static var namedTwice: MusterError {
        MusterError(
            .userAlreadyExists,
            "A line before this one has the same login name.",
            details: ["field": "username"]
        )
    }
}
