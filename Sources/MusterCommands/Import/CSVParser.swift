/// Reads comma-separated values (RFC 4180) piece by piece, in the memory of one record.
///
/// Strict: what the rules do not allow is a fault of its record, never a guess. The libraries at hand read
/// whole files and guess.
struct CSVParser {
    /// One record.
    struct Record: Sendable, Equatable {
        /// The number of the line on which it begins, from 1.
        let line: Int
        /// The cells; nil if the record breaks the rules.
        let cells: [String]?
        /// What is wrong with it.
        let fault: String?
    }

    /// The most bytes of a record.
    static let maximumBytes = 65_536

    private enum State {
        /// Before the first byte of a cell.
        case start
        /// In a cell without quotes.
        case bare
        /// In a cell within quotes.
        case quoted
        /// After a quote that ends a cell, or is the first of two.
        case closing
        /// In a record that has a fault, up to the end of its line.
        case lost
    }

    private var state = State.start
    private var cell: [UInt8] = []
    private var cells: [String] = []
    private var size = 0
    private var line = 1
    private var firstLine = 1
    private var fault: String?
    private var endedWithReturn = false
    private var opening: [UInt8]? = []

    /// Takes the next bytes and returns the records that end in them.
    mutating func push(_ bytes: [UInt8]) -> [Record] {
        var records: [Record] = []
        for byte in withoutMark(bytes) {
            if let record = take(byte) { records.append(record) }
        }
        return records
    }

    /// The last record, where the text does not end with a line's end.
    mutating func finish() -> Record? {
        var last: Record?
        for byte in opening ?? [] { last = take(byte) ?? last }
        opening = nil
        switch state {
        case .start where cells.isEmpty && fault == nil: return last
        case .quoted: fail("a quoted cell has no end")
        default: break
        }
        return endRecord()
    }

    /// The bytes without the mark that some programs put before UTF-8.
    private mutating func withoutMark(_ bytes: [UInt8]) -> [UInt8] {
        guard var first = opening else { return bytes }
        first += bytes
        guard first.count >= ForeignText.mark.count || !ForeignText.mark.starts(with: first) else {
            opening = first
            return []
        }
        opening = nil
        return first.starts(with: ForeignText.mark) ? Array(first.dropFirst(3)) : first
    }

    private mutating func take(_ byte: UInt8) -> Record? {
        let isFeedOfReturn = endedWithReturn && byte == UInt8(ascii: "\n")
        endedWithReturn = false
        if isFeedOfReturn { return nil }
        size += 1
        if size > CSVParser.maximumBytes, state != .lost {
            fail("it has more than \(CSVParser.maximumBytes) bytes")
        }
        switch (state, byte) {
        case (.quoted, UInt8(ascii: "\"")):
            state = .closing
        case (.quoted, _):
            if byte == UInt8(ascii: "\n") { line += 1 }
            cell.append(byte)
        case (.closing, UInt8(ascii: "\"")):
            cell.append(byte)
            state = .quoted
        case (_, UInt8(ascii: "\n")), (_, UInt8(ascii: "\r")):
            endedWithReturn = byte == UInt8(ascii: "\r")
            return endRecord()
        case (.lost, _):
            break
        case (_, UInt8(ascii: ",")):
            endCell()
        case (.start, UInt8(ascii: "\"")):
            state = .quoted
        case (.bare, UInt8(ascii: "\"")):
            fail("a quote stands in a cell that does not begin with one")
        case (.closing, _):
            fail("something stands after the quote that ends a cell")
        default:
            cell.append(byte)
            state = .bare
        }
        return nil
    }

    private mutating func endCell() {
        if let text = String(validating: cell, as: UTF8.self), !cell.contains(0) {
            cells.append(text)
            state = .start
        } else {
            fail("a cell is not UTF-8, or has a NUL in it")
        }
        cell.removeAll(keepingCapacity: true)
    }

    private mutating func fail(_ reason: String) {
        fault = fault ?? reason
        state = .lost
        cell = []
    }

    private mutating func endRecord() -> Record {
        if state != .lost { endCell() }
        let record = Record(line: firstLine, cells: fault == nil ? cells : nil, fault: fault)
        line += 1
        firstLine = line
        (cells, fault, state, size) = ([], nil, .start, 0)
        return record
    }
}
