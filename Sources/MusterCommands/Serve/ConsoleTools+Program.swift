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

    @Sendable private static func read(_ bytes: [UInt8]) throws(MusterError) -> UserLines {
        guard !ForeignText.isUTF16(bytes) else {
            throw MusterError(.inputMalformed, ForeignText.utf16("The file"))
        }
        let origin = LineOrigin()
        var csv = CSVLines(origin, namesMaps: false)
        let lines: [UInt8]
        do throws(CommandError) {
            lines = try csv.push(bytes) + csv.finish()
        } catch {
            throw MusterError(.inputMalformed, error.message)
        }
        return UserLines(
            lines,
            place: { origin.line(ofSent: $0) },
            fault: { origin.fault(ofSent: $0) },
            column: { origin.column(of: $0) }
        )
    }
}
