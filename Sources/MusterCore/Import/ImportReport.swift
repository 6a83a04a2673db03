/// What becomes of the lines of an import, told as it goes on.
public protocol ImportReport {
    /// How many lines have failed.
    var failed: Int { get }

    /// A line that was not taken.
    mutating func fail(_ line: Int, _ error: MusterError)

    /// How a line ended.
    mutating func add(_ candidate: ImportCandidate, _ outcome: ImportOutcome)

    /// That lines are only looked at from here on, so that nothing is counted as done.
    mutating func beginLooks()

    /// That all lines have been looked at, and those that follow are written for good.
    mutating func endLooks()

    /// That so many lines have been looked at.
    mutating func look(_ lines: Int)

    /// That so many lines have been dealt with.
    mutating func progress(_ lines: Int)

    /// How the import ended; nil if it was made.
    mutating func finish(_ error: MusterError?)
}

/// A report that goes to somebody while the import goes on.
public protocol SentImportReport: ImportReport {
    /// Hands on what was told so far, if it is worth it.
    ///
    /// - Throws: What keeps it from arriving.
    @concurrent mutating func send() async throws
}
