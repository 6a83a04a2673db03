import FoundationEssentials
import SystemCalls

/// A file of users on its way to the server, as JSON lines, piece by piece.
struct UploadParts: AsyncSequence, Sendable {
    typealias Element = [UInt8]

    /// The forms that are read.
    enum Form: String, Sendable, CaseIterable {
        /// Comma-separated values.
        case csv
        /// One JSON object a line.
        case jsonl
    }

    /// Bytes read at a time.
    private static let pieceSize = 65_536

    let descriptor: Int32
    let form: Form
    let origin: LineOrigin
    /// What columns of a CSV file stand for that have other names than fields.
    var maps: [ColumnMap] = []

    func makeAsyncIterator() -> Iterator {
        Iterator(descriptor: descriptor, form: form, origin: origin, maps: maps)
    }

    struct Iterator: AsyncIteratorProtocol {
        let descriptor: Int32
        let form: Form
        private var csv: CSVLines
        private var isAtStart = true
        private var isAtEnd = false

        init(descriptor: Int32, form: Form, origin: LineOrigin, maps: [ColumnMap]) {
            self.descriptor = descriptor
            self.form = form
            csv = CSVLines(origin, maps)
        }

        mutating func next() async throws -> [UInt8]? {
            guard !isAtEnd else { return nil }
            let bytes = try UploadParts.read(descriptor)
            if isAtStart, let bytes, ForeignText.isUTF16(bytes) {
                throw CommandError(.badInput, ForeignText.utf16("The file"))
            }
            isAtStart = false
            guard form == .csv else {
                isAtEnd = bytes == nil
                return bytes
            }
            guard let bytes else {
                isAtEnd = true
                return try csv.finish()
            }
            return try csv.push(bytes)
        }
    }

    private static func read(_ descriptor: Int32) throws(CommandError) -> [UInt8]? {
        while true {
            var failed = false
            let bytes = [UInt8](unsafeUninitializedCapacity: pieceSize) { buffer, count in
                let read = SystemCalls.read(descriptor, buffer.baseAddress, pieceSize)
                failed = read < 0
                count = failed ? 0 : read
            }
            if !failed { return bytes.isEmpty ? nil : bytes }
            guard errno == EINTR else {
                throw CommandError(
                    .noInput,
                    "The file cannot be read: \(String(cString: strerror(errno)))."
                )
            }
        }
    }
}
