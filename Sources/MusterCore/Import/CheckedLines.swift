/// Where the bytes of an import come from.
public protocol ImportSource {
    /// Some bytes.
    associatedtype Bytes: Sequence<UInt8>

    /// The next bytes; nil after the last.
    ///
    /// - Throws: What keeps them from arriving.
    @concurrent mutating func next() async throws -> Bytes?
}

/// How a front writes the users of an import, one a line.
public protocol ImportFormat: Sendable {
    /// Reads a line.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed`, `input.invalid` or `user.username_invalid`, with the field's
    ///   name where it is one field's fault.
    func read(_ line: LineSplitter.Line) throws(MusterError) -> ImportLine

    /// A line that was read before, with a hash where its password stood in the clear.
    ///
    /// - Throws: as ``read(_:)``.
    func line(
        _ line: LineSplitter.Line,
        with hash: PasswordHash
    ) throws(MusterError) -> ArraySlice<UInt8>
}

/// How each of some lines is by itself; nil for blank ones.
typealias LineChecks = [Result<ImportCandidate, MusterError>?]

/// The lines of an import, each checked by itself.
///
/// While one part of the lines is dealt with, the next ones are checked on two threads. Of a sender that pauses, the
/// last parts wait until more comes or nothing does any more.
struct CheckedLines<Source: ImportSource, Format: ImportFormat> {
    /// The most lines that are checked in one go.
    private static var partSize: Int { 512 }
    /// The most parts on their way: one with each thread, and one that waits for it.
    private static var partLimit: Int { 4 }

    private let run: UserImport
    private let format: Format
    /// Where lines are checked; where the import itself runs if there is none.
    private let checkers: [any TaskExecutor]
    private var source: Source
    private var splitter = LineSplitter()
    private var lines: ArraySlice<LineSplitter.Line> = []
    private var isAtEnd = false
    private var parts: [(lines: ArraySlice<LineSplitter.Line>, task: Task<LineChecks, Never>)] = []
    private var started = 0

    init(
        _ source: Source,
        as format: Format,
        _ run: UserImport,
        on checkers: [any TaskExecutor]
    ) {
        self.source = source
        self.format = format
        self.run = run
        self.checkers = checkers
    }

    /// The next lines in their order, and how each of them is; nil if no lines are left.
    ///
    /// - Throws: What the source throws.
    @concurrent mutating func next() async throws -> (
        lines: ArraySlice<LineSplitter.Line>, results: LineChecks
    )? {
        while parts.count < Self.partLimit, try await receive() {
            begin(lines.prefix(Self.partSize))
            lines = lines.dropFirst(Self.partSize)
        }
        guard !parts.isEmpty else { return nil }
        let part = parts.removeFirst()
        return (part.lines, await part.task.value)
    }

    /// Waits until there are lines, and says whether there are any more.
    @concurrent private mutating func receive() async throws -> Bool {
        while lines.isEmpty, !isAtEnd {
            if let bytes = try await source.next() {
                lines = splitter.push(bytes)[...]
            } else {
                isAtEnd = true
                lines = splitter.finish().map { [$0] } ?? []
            }
        }
        return !lines.isEmpty
    }

    private mutating func begin(_ lines: ArraySlice<LineSplitter.Line>) {
        let (run, format) = (run, format)
        let checker = checkers.isEmpty ? nil : checkers[started % checkers.count]
        let task = Task(executorPreference: checker) {
            lines.map { run.check($0, as: format) }
        }
        started += 1
        parts.append((lines, task))
    }
}

extension UserImport {
    /// How a line is by itself; nil for a blank one.
    fileprivate func check(
        _ line: LineSplitter.Line,
        as format: some ImportFormat
    ) -> Result<ImportCandidate, MusterError>? {
        guard !line.isBlank else { return nil }
        do throws(MusterError) {
            return .success(try check(try format.read(line)))
        } catch {
            return .failure(error)
        }
    }
}

/// What was kept of an import.
struct SpoolSource: ImportSource {
    let spool: any ImportSpool

    @concurrent func next() async throws -> [UInt8]? {
        try spool.next()
    }
}
