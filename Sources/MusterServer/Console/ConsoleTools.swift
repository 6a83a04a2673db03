public import MusterCore

/// What the console has from the program around the server.
public struct ConsoleTools: Sendable {
    /// A file of users, as the JSON lines that an import takes.
    public struct UserLines: Sendable {
        /// The lines.
        public let bytes: [UInt8]
        /// The line of the file behind a line, from 1.
        public let place: @Sendable (Int) -> Int
        /// Why the record behind a line could not be read; nil if it could.
        public let fault: @Sendable (Int) -> String?
        /// What the file calls a field.
        public let column: @Sendable (String) -> String

        /// Builds lines; those of a file that has them as they are, unless said otherwise.
        public init(
            _ bytes: [UInt8],
            place: @escaping @Sendable (Int) -> Int = { $0 },
            fault: @escaping @Sendable (Int) -> String? = { _ in nil },
            column: @escaping @Sendable (String) -> String = { $0 }
        ) {
            self.bytes = bytes
            self.place = place
            self.fault = fault
            self.column = column
        }
    }

    /// Reads comma-separated values (RFC 4180).
    ///
    /// - Throws: ``MusterError`` with code `input.malformed` where no line of it can be read.
    public typealias CSVReader = @Sendable ([UInt8]) throws(MusterError) -> UserLines

    /// Reads comma-separated values.
    public let readCSV: CSVReader
    /// Writes a line of comma-separated values.
    public let csvLine: @Sendable ([String]) -> String

    /// Builds tools.
    public init(
        readCSV: @escaping CSVReader,
        csvLine: @escaping @Sendable ([String]) -> String
    ) {
        self.readCSV = readCSV
        self.csvLine = csvLine
    }
}
