/// Turns checked lines into candidates, and those that cannot be into refusals.
struct ImportReader {
    /// How often a password waits for the hashing threads, which refuse when many log in, and how long.
    private static let hashingTries = 50
    private static let hashingPause = Duration.milliseconds(200)
    /// For how many names more room is taken at a time.
    static let namesAtATime = 4096
    /// The most names that imports of one caller may have together.
    static let mostNames = 2_097_152

    private let run: UserImport
    /// What names take that were seen; nil if the lines have been compared before.
    private let room: (any ImportRoom)?
    private var seen = SeenNames()
    private var placesOfNames = 0

    /// Reads lines for an import.
    ///
    /// - Parameters:
    ///   - run: The import.
    ///   - room: Room for names that were seen; nil if it is known that no name stands there twice.
    init(_ run: UserImport, rememberingIn room: (any ImportRoom)?) {
        self.run = run
        self.room = room
    }

    /// Takes lines that were checked by themselves; blank ones are passed over.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` if there is no room for their names; none of the lines
    ///   was taken then.
    mutating func read(
        _ lines: ArraySlice<LineSplitter.Line>,
        _ results: LineChecks,
        _ report: inout some ImportReport
    ) async throws(MusterError) -> [ImportCandidate] {
        if let room { try makeRoom(for: lines, in: room) }
        var candidates: [ImportCandidate] = []
        candidates.reserveCapacity(lines.count)
        for (line, result) in zip(lines, results) {
            guard let result else { continue }
            do throws(MusterError) {
                let candidate = try result.get()
                guard isNew(candidate.username) else { throw ImportReader.namedTwice }
                candidates.append(
                    candidate.needsHashing ? try await hashing(candidate) : candidate
                )
            } catch {
                report.fail(line.number, error)
            }
        }
        return candidates
    }

    private mutating func isNew(_ username: Username) -> Bool {
        room == nil || seen.insert(username)
    }

    private mutating func makeRoom(
        for lines: ArraySlice<LineSplitter.Line>,
        in room: any ImportRoom
    ) throws(MusterError) {
        while seen.count + lines.count > placesOfNames {
            guard room.take(ImportReader.namesAtATime * SeenNames.bytesOfOne) else {
                throw ImportReader.tooManyNames(from: lines.first?.number ?? 1)
            }
            placesOfNames += ImportReader.namesAtATime
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

    private static func tooManyNames(from line: Int) -> MusterError {
        .overloaded(
            "From line \(line) on there is no room to remember login names: imports of one caller may have "
                + "\(ImportReader.mostNames) together, and fewer while others import. Import the lines in parts.",
            retryAfter: 10,
            for: .imports
        )
    }

    private static var namedTwice: MusterError {
        MusterError(
            .userAlreadyExists,
            "A line before this one has the same login name."
        )
        .at("username", "must be another one in each line")
    }
}
