import Synchronization
import TextBytes

/// Where the lines that are sent stand in the file, and which of them could not be read here.
///
/// Filled by whoever sends, asked by whoever reads the answer.
final class LineOrigin: Sendable {
    private struct State {
        /// From which line sent on, how many lines of the file are ahead of those sent.
        var leads: [(from: Int, lead: Int)] = []
        var faults: [Int: String] = [:]
        var sent = 0
        var columns: [(field: String, column: String)] = []
    }

    /// What is kept of a line's place at most, in bytes.
    static let bytesOfLine = MemoryLayout<(Int, Int)>.stride

    /// The most records that may have faults before the file is taken for something else.
    private static let faultLimit = 1000

    private let state = Mutex(State())

    /// Notes that the next line sent comes from this line of the file.
    func note(line: Int) {
        state.withLock { state in
            state.sent += 1
            let lead = line - state.sent
            if (state.leads.last?.lead ?? 0) != lead { state.leads.append((state.sent, lead)) }
        }
    }

    /// Notes what the file calls the fields.
    func note(columns: [(field: String, column: String)]) {
        state.withLock { $0.columns = columns }
    }

    /// What the file calls a field.
    func column(of field: String) -> String {
        state.withLock { state in
            state.columns.first { $0.field.hasSameBytes(as: field) }?.column ?? field
        }
    }

    /// Notes that the line sent last stands for a record that cannot be read.
    ///
    /// - Throws: ``CommandError`` where there are too many.
    func note(fault: String) throws(CommandError) {
        let isTooMany = state.withLock { state in
            state.faults[state.sent] = fault
            return state.faults.count > LineOrigin.faultLimit
        }
        guard !isTooMany else {
            throw CommandError(
                .badInput,
                "More than \(LineOrigin.faultLimit) records cannot be read. Is this CSV?"
            )
        }
    }

    /// The line of the file behind a line that was sent.
    func line(ofSent number: Int) -> Int {
        state.withLock { state in
            var (low, high) = (0, state.leads.count)
            while low < high {
                let middle = (low + high) / 2
                if state.leads[middle].from <= number { low = middle + 1 } else { high = middle }
            }
            let lead = low == 0 ? 0 : state.leads[low - 1].lead
            // A number that no line has is what the answer of a stranger says.
            let (line, isTooLarge) = number.addingReportingOverflow(lead)
            return isTooLarge ? number : line
        }
    }

    /// Why the record behind a line that was sent could not be read; nil if it could.
    func fault(ofSent number: Int) -> String? {
        state.withLock { $0.faults[number] }
    }
}
