import Hummingbird
import MusterAPI
import MusterCore
import NIOCore
import WireJSON

/// Counts how the lines of an import ended, and writes the answer, one JSON object a line.
struct NativeImportAnswer: ImportReport {
    /// Bytes that wait before they are sent.
    ///
    /// A client that reads only when it has sent everything is not held up by fewer.
    private static let bufferSize = 65_536

    /// Which lines are to be shown.
    private let asked: NativeImportSettings.Results
    /// Which lines are shown at present.
    private var shown: NativeImportSettings.Results
    private let isDryRun: Bool
    private var json = JSONWriter(reserving: NativeImportAnswer.bufferSize)
    /// Whether something waits that a client wants to see at once.
    private var isDue = false
    private var looked = 0
    /// Whether what is counted was only looked at.
    private var isLooking = false
    private var created = 0
    private var updated = 0
    private var unchanged = 0
    /// How many lines have failed.
    private(set) var failed = 0

    /// What was written and not sent yet.
    var unsent: [UInt8] { json.bytes }

    init(shown: NativeImportSettings.Results, isDryRun: Bool) {
        asked = shown
        self.shown = shown
        self.isDryRun = isDryRun
    }

    /// A line that was not taken.
    mutating func fail(_ line: Int, _ error: MusterError) {
        failed += 1
        write(.refused(line: Int64(line), ErrorRecord(error)))
    }

    /// How a line ended.
    mutating func add(_ candidate: ImportCandidate, _ outcome: ImportOutcome) {
        switch outcome {
        case .created(let id, let rights):
            created += 1
            show(candidate, "created", id, administersBy: rights)
        case .updated(let id, let fields, let rights):
            updated += 1
            show(candidate, "updated", id, fields, administersBy: rights)
        case .unchanged(let id):
            unchanged += 1
            show(candidate, "unchanged", id)
        case .failed(let error):
            fail(candidate.number, error)
        }
    }

    /// Says that the lines are only looked at for now, so that nothing is counted as done.
    mutating func beginLooks() {
        shown = .failed
        isLooking = true
    }

    /// Forgets what looks have counted, before the lines are written for good.
    mutating func endLooks() {
        shown = asked
        isLooking = false
        (created, updated, unchanged) = (0, 0, 0)
    }

    /// That so many lines have been looked at, told for each full batch.
    mutating func look(_ lines: Int) {
        guard lines / ImportService.batchSize > looked / ImportService.batchSize else { return }
        looked = lines
        write(.checked(Int64(lines)))
        isDue = true
    }

    /// That so many lines have been dealt with.
    mutating func progress(_ lines: Int) {
        write(.progress(Int64(lines)))
        isDue = true
    }

    /// The last line: whether the import was made, and the counts.
    ///
    /// An import that ends while its lines are looked at, because they cannot be kept, has done nothing.
    mutating func finish(_ error: MusterError?) {
        if isLooking { endLooks() }
        let summary = ImportSummaryRecord(
            isDone: error == nil,
            isDryRun: isDryRun,
            created: Int64(created),
            updated: Int64(updated),
            unchanged: Int64(unchanged),
            failed: Int64(failed),
            error: error.map { ErrorRecord($0) }
        )
        write(.finished(summary))
    }

    /// Sends what was written, if it is worth it.
    @concurrent mutating func send(
        to writer: inout any ResponseBodyWriter,
        all: Bool = false
    ) async throws {
        guard all || isDue || json.byteCount > NativeImportAnswer.bufferSize / 2 else { return }
        isDue = false
        try await writer.write(ByteBuffer(bytes: json.takeBytes()))
    }

    private mutating func show(
        _ candidate: ImportCandidate,
        _ result: String,
        _ id: UserID?,
        _ fields: [AuditField] = [],
        administersBy rights: [AdministratorRight] = []
    ) {
        guard shown == .all || shown == .administrators && !rights.isEmpty else { return }
        let user = ImportedUserRecord(
            line: Int64(candidate.number),
            result: result,
            username: candidate.username.text,
            id: id?.rawValue,
            administersBy: rights.map(\.rawValue),
            changes: fields.map { ImportedUserRecord.Change(field: $0.key, value: $0.value) }
        )
        write(.taken(user))
    }

    private mutating func write(_ record: ImportAnswerRecord) {
        record.write(to: &json)
        json.endLine()
    }
}
