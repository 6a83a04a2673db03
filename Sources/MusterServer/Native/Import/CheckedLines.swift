import Hummingbird
import MusterCore
import NIOCore

/// Where the bytes of an import come from.
protocol ImportSource {
    associatedtype Bytes: Sequence<UInt8>

    /// The next bytes; nil behind the last.
    @concurrent mutating func next() async throws -> Bytes?
}

/// How each of some lines is by itself; nil for blank ones.
typealias LineChecks = [Result<ImportCandidate, MusterError>?]

/// The lines of an import, each checked by itself.
///
/// While one part of the lines is dealt with, the next ones are checked on two threads. Of a sender that pauses, the
/// last parts wait until more comes or nothing does any more.
struct CheckedLines<Source: ImportSource> {
    /// The most lines that are checked in one go.
    private static var partSize: Int { 512 }
    /// The most parts on their way: one with each thread, and one that waits for it.
    private static var partLimit: Int { 4 }

    private let run: UserImport
    /// The caller's lanes on the threads that check.
    private let checkers: [any TaskExecutor]
    private var source: Source
    private var splitter = LineSplitter()
    private var lines: ArraySlice<LineSplitter.Line> = []
    private var isAtEnd = false
    private var parts: [(lines: ArraySlice<LineSplitter.Line>, task: Task<LineChecks, Never>)] = []
    private var started = 0

    init(_ source: Source, _ run: UserImport) {
        self.source = source
        self.run = run
        checkers = ImportThread.checkers.map { $0.lane(for: run.caller) }
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
        let run = run
        let task = Task(executorPreference: checkers[started % checkers.count]) {
            lines.map { run.check($0) }
        }
        started += 1
        parts.append((lines, task))
    }
}

extension UserImport {
    /// How a line is by itself; nil for a blank one.
    fileprivate func check(_ line: LineSplitter.Line) -> Result<ImportCandidate, MusterError>? {
        guard !line.isBlank else { return nil }
        do throws(MusterError) {
            return .success(try check(try ImportLine(line)))
        } catch {
            return .failure(error)
        }
    }
}

/// The body of a request.
struct BodySource: ImportSource {
    private var parts: RequestBody.AsyncIterator

    init(_ body: RequestBody) {
        parts = body.makeAsyncIterator()
    }

    @concurrent mutating func next() async throws -> ByteBufferView? {
        try await parts.next()?.readableBytesView
    }
}

/// What was kept of a body.
struct SpoolSource: ImportSource {
    let spool: any ImportSpool

    @concurrent func next() async throws -> [UInt8]? {
        try spool.next()
    }
}
