import MusterCore

/// Turns checked lines into candidates, and those that cannot be into answers.
struct ImportReader {
    /// How often a password waits for the hashing threads, which refuse when many log in, and how long.
    private static let hashingTries = 50
    private static let hashingPause = Duration.milliseconds(200)

    private let run: UserImport
    private var seen = SeenNames()

    init(_ run: UserImport) {
        self.run = run
    }

    /// Takes lines that were checked by themselves; blank ones are passed over.
    mutating func read(
        _ lines: ArraySlice<LineSplitter.Line>,
        _ results: LineChecks,
        _ answer: inout ImportAnswer
    ) async -> [ImportCandidate] {
        var candidates: [ImportCandidate] = []
        candidates.reserveCapacity(lines.count)
        for (line, result) in zip(lines, results) {
            guard let result else { continue }
            do throws(MusterError) {
                let candidate = try result.get()
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
