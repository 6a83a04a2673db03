import Logging
import MusterCore
import MusterServer

extension ConsoleTools {
    /// Those of this program: comma-separated values as its commands read and write them.
    ///
    /// - Parameters:
    ///   - paths: The directory that is served.
    ///   - store: What keeps it.
    ///   - logger: Is told why a backup could not be made.
    /// - Returns: The tools.
    static func program(
        _ paths: DataPaths,
        _ store: StoreChoice,
        logger: Logger
    ) -> ConsoleTools {
        guard !store.isShared else {
            return ConsoleTools(readCSV: read, csvLine: CSVText.line, backup: nil)
        }
        let backups = ServedBackups(paths, logger: logger)
        return ConsoleTools(readCSV: read, csvLine: CSVText.line) { () async throws(MusterError) in
            try await backups.make()
        }
    }

    /// How many bytes of a file are made into lines at a time: some megabytes, where all its cells are short.
    private static let piece = 65_536

    /// Reads a file piece by piece, and takes room for what is made of it and for where its lines stand.
    @Sendable static func read(
        _ bytes: [UInt8],
        _ takeRoom: (Int) -> Bool
    ) throws(MusterError) -> UserLines {
        guard !ForeignText.isUTF16(bytes) else {
            throw MusterError(.inputMalformed, ForeignText.utf16("The file"))
        }
        let origin = LineOrigin()
        var csv = CSVLines(origin, namesMaps: false)
        var lines: [UInt8] = []
        for start in stride(from: 0, through: bytes.count, by: piece) {
            let end = min(start + piece, bytes.count)
            var made: [UInt8]
            do throws(CommandError) {
                made = try csv.push(Array(bytes[start..<end]))
                if end == bytes.count { made += try csv.finish() }
            } catch {
                throw MusterError(.inputMalformed, error.message)
            }
            let places = made.count { $0 == UInt8(ascii: "\n") } * LineOrigin.bytesOfLine
            guard takeRoom(made.count + places) else {
                throw .overloaded(
                    "There is no room just now for what this file is made into. Split it, or import it with: muster users import",
                    retryAfter: 10
                )
            }
            lines += made
            if end == bytes.count { break }
        }
        return UserLines(
            lines,
            place: { origin.line(ofSent: $0) },
            fault: { origin.fault(ofSent: $0) },
            column: { origin.column(of: $0) }
        )
    }
}
