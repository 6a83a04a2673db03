import MusterCore

/// Reads what `COPY … TO STDOUT (FORMAT binary)` sends (https://www.postgresql.org/docs/15/sql-copy.html, File Formats), in
/// whatever pieces it comes: a header, rows, and a mark at the end.
///
/// Read strictly, as rows of results are: a row of another number of columns, a value of a wrong length, a text that is no
/// UTF-8, or an end where none may be, and all is refused. Of what types the columns are is not told there.
struct BinaryCopy {
    private static let signature: [UInt8] = Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0x00]
    /// The signature, flags, and the length of what may follow them.
    private static let headerLength = 19
    /// The most bytes that may follow, if there are none so far.
    private static let extensionLimit: Int32 = 65_536
    /// The most bytes of one value: the engine's own bound (https://www.postgresql.org/docs/15/limits.html).
    private static let valueLimit: Int32 = 1 << 30

    private enum Stage {
        case header
        case rows
        case ended
    }

    private let kinds: [StoredKind]
    private var stage = Stage.header
    private var bytes: [UInt8] = []
    private var cells: [StoredRows.Cell] = []
    /// Up to where `bytes` have been understood.
    private var place = 0

    /// Begins to read rows with columns of these kinds.
    init(_ kinds: [StoredKind]) {
        self.kinds = kinds
    }

    /// How many bytes are held.
    var byteCount: Int { bytes.count }

    /// Takes what came next.
    ///
    /// - Throws: ``PostgresError`` of the kind `answer`; all that came is worth nothing then.
    mutating func take(_ piece: UnsafeRawBufferPointer) throws(PostgresError) {
        bytes.append(contentsOf: piece)
        if stage == .header { try readHeader() }
        while stage == .rows, try readRow() {}
        guard stage != .ended || place == bytes.count else {
            throw refusal("goes on after its end")
        }
    }

    /// Hands over the rows that are whole, and keeps what came of the next one.
    mutating func takeRows() -> StoredRows {
        let rows = StoredRows(bytes: bytes, cells: cells, width: kinds.count)
        bytes = Array(rows.bytes[place...])
        // The next ones will want as much room.
        bytes.reserveCapacity(rows.bytes.count)
        cells = []
        cells.reserveCapacity(rows.cells.count)
        place = 0
        return rows
    }

    /// That nothing more comes.
    ///
    /// - Throws: ``PostgresError`` of the kind `answer` where it has not come to its end.
    func finish() throws(PostgresError) {
        guard stage == .ended else { throw refusal("is cut off") }
    }

    private mutating func readHeader() throws(PostgresError) {
        let start = min(bytes.count, BinaryCopy.signature.count)
        guard bytes[..<start].elementsEqual(BinaryCopy.signature[..<start]) else {
            throw refusal("does not begin as one")
        }
        guard bytes.count >= BinaryCopy.headerLength else { return }
        // The upper half of the flags are for what changes how rows are read.
        guard integer(at: 11) as UInt32 >> 16 == 0 else { throw refusal("has unknown flags") }
        let length: Int32 = integer(at: 15)
        guard (0...BinaryCopy.extensionLimit).contains(length) else {
            throw refusal("has a header of \(length) bytes")
        }
        guard bytes.count >= BinaryCopy.headerLength + Int(length) else { return }
        place = BinaryCopy.headerLength + Int(length)
        stage = .rows
    }

    /// Reads the next row, or the mark at the end.
    ///
    /// - Returns: Whether it was there as a whole.
    private mutating func readRow() throws(PostgresError) -> Bool {
        guard bytes.count - place >= 2 else { return false }
        let width: Int16 = integer(at: place)
        var next = place + 2
        guard width != -1 else {
            stage = .ended
            place = next
            return true
        }
        guard Int(width) == kinds.count else {
            throw refusal("has a row of \(width) columns, and not of \(kinds.count)")
        }
        let count = cells.count
        for kind in kinds {
            guard bytes.count - next >= 4 else { return isLeft(with: count) }
            let length: Int32 = integer(at: next)
            next += 4
            guard length != -1 else {
                cells.append(.null)
                continue
            }
            guard (0...BinaryCopy.valueLimit).contains(length) else {
                throw refusal("has a value of \(length) bytes")
            }
            guard bytes.count - next >= Int(length) else { return isLeft(with: count) }
            cells.append(try cell(kind, at: next, length))
            next += Int(length)
        }
        place = next
        return true
    }

    /// Lets go of the beginning of a row whose rest has not come.
    private mutating func isLeft(with count: Int) -> Bool {
        cells.removeLast(cells.count - count)
        return false
    }

    private func cell(
        _ kind: StoredKind,
        at start: Int,
        _ length: Int32
    ) throws(PostgresError) -> StoredRows.Cell {
        switch kind {
        case .integer, .counted:
            guard length == 8 else { throw refusal("has a number of \(length) bytes") }
            return .integer(integer(at: start))
        case .truth:
            guard length == 1, bytes[start] <= 1 else { throw refusal("has a truth that is none") }
            return .integer(Int64(bytes[start]))
        case .uuid:
            guard length == 16 else { throw refusal("has a UUID of \(length) bytes") }
            return .bytes(from: Int32(start), count: length)
        case .bytes: return .bytes(from: Int32(start), count: length)
        case .text:
            guard isText(start..<start + Int(length)) else {
                throw refusal("has a text that is no UTF-8")
            }
            return .text(from: Int32(start), count: length)
        }
    }

    private func isText(_ range: Range<Int>) -> Bool {
        (try? UTF8Span(validating: bytes.span.extracting(range))) != nil
    }

    private func integer<Number: FixedWidthInteger & BitwiseCopyable>(at start: Int) -> Number {
        bytes.span.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: Number.self).bigEndian
    }

    private func refusal(_ what: String) -> PostgresError {
        PostgresError(.answer, "a copy of rows \(what)")
    }
}
