import MusterConsole
import MusterCore
import Synchronization

/// One import of the console: its file, what was asked, and how far it is.
///
/// It goes on whether somebody looks or not, and is shown to the administrator who has begun it.
final class ImportJob: Sendable {
    /// What names it in paths.
    let id: String
    /// Whose it is.
    let owner: UserID
    /// What was asked.
    let options: ImportOptions

    private struct State {
        var file: [UInt8]
        var room: BudgetedRoom?
        var lines: ConsoleTools.UserLines?
        var shown: ImportState
        var touched: Timestamp
    }

    private let state: Mutex<State>

    init(
        _ id: String,
        of owner: UserID,
        _ options: ImportOptions,
        name: String,
        file: [UInt8],
        room: BudgetedRoom,
        at now: Timestamp
    ) {
        self.id = id
        self.owner = owner
        self.options = options
        let state = State(file: file, room: room, shown: ImportState(name), touched: now)
        self.state = Mutex(state)
    }

    /// How far it is.
    var shown: ImportState { state.withLock { $0.shown } }

    /// When something was last done with it.
    var touched: Timestamp { state.withLock { $0.touched } }

    /// Begins to look or, where that is done and nothing was wrong, to write; false where it cannot.
    func begin(_ phase: ImportState.Phase, at now: Timestamp) -> Bool {
        state.withLock { state in
            switch phase {
            case .looking: break
            case .writing where state.shown.phase == .looked && state.shown.failed == 0: break
            default: return false
            }
            state.shown.begin(phase)
            state.touched = now
            return true
        }
    }

    /// Its lines, made of its file the first time.
    ///
    /// What is made of it takes room as well, and the file gives its own back then.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed` or `server.overloaded`.
    func lines(_ tools: ConsoleTools?) throws(MusterError) -> ConsoleTools.UserLines {
        let (file, known, room) = state.withLock { ($0.file, $0.lines, $0.room) }
        if let known { return known }
        let lines: ConsoleTools.UserLines
        if ImportJob.isJSON(file) {
            lines = ConsoleTools.UserLines(file)
        } else {
            guard let tools else { throw MusterError(.inputMalformed, "Send JSON lines.") }
            lines = try tools.readCSV(file) { room?.take($0) ?? false }
            room?.giveBack(file.count)
        }
        let count = lines.bytes.count { $0 == UInt8(ascii: "\n") }
        let isOpen = lines.bytes.last.map { $0 != UInt8(ascii: "\n") } ?? false
        state.withLock { state in
            state.lines = lines
            state.file = []
            state.shown.total = count + (isOpen ? 1 : 0)
        }
        return lines
    }

    /// Whether a file is one of JSON lines: these begin with a brace, and no heading of a CSV file does.
    private static func isJSON(_ file: [UInt8]) -> Bool {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let start = file.starts(with: mark) ? file.dropFirst(mark.count) : file[...]
        return start.first { $0 > 0x20 } == UInt8(ascii: "{")
    }

    /// Notes how it goes on.
    func update(_ change: (inout ImportState) -> Void) {
        state.withLock { change(&$0.shown) }
    }

    /// Notes a line that cannot be taken, by its place in the file.
    func fail(_ line: Int, _ error: MusterError) {
        state.withLock { state in
            let place = state.lines?.place(line) ?? line
            let field = error.details["field"].map { state.lines?.column($0) ?? $0 }
            let reason = state.lines?.fault(line) ?? error.message
            state.shown.fail(ImportState.Fault(place, field: field, reason))
        }
    }

    /// Notes how it has ended; what is of no more use is forgotten.
    func end(_ error: MusterError?, at now: Timestamp) {
        state.withLock { state in
            state.shown.end(error?.message)
            state.touched = now
            guard state.shown.phase != .looked else { return }
            state.file = []
            state.room = nil
            state.lines = state.lines.map {
                ConsoleTools.UserLines([], place: $0.place, fault: $0.fault, column: $0.column)
            }
        }
    }
}
