public import MusterCore

/// What the console has from the program around the server.
public struct ConsoleTools: Sendable {
    /// A file of users, as the JSON lines that an import takes.
    public struct UserLines: Sendable {
        /// The lines.
        public let bytes: [UInt8]
        /// The line of the file that a line was made of, from 1.
        public let place: @Sendable (Int) -> Int
        /// Why the record that a line was made of could not be read; nil if it could.
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

    /// Reads comma-separated values (RFC 4180), of which many times as many bytes can be made: it asks for room for some more
    /// before it keeps them.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed` where no line of it can be read; `server.overloaded` where there
    ///   is no room for what is made of it.
    public typealias CSVReader =
        @Sendable (_ file: [UInt8], _ takeRoom: (Int) -> Bool) throws(MusterError) -> UserLines

    /// A backup that was made and looked at, to be handed out.
    public struct Backup: Sendable {
        /// How many bytes there are.
        public let size: Int
        /// The next bytes; none after the last.
        ///
        /// - Throws: ``MusterError`` with code `store.unavailable`.
        public let next: @Sendable () throws(MusterError) -> [UInt8]

        /// Builds a backup.
        public init(size: Int, next: @escaping @Sendable () throws(MusterError) -> [UInt8]) {
            self.size = size
            self.next = next
        }
    }

    /// A setting in force.
    public struct Setting: Sendable {
        /// Its key.
        public let key: String
        /// Its value, never a secret; empty if there is none.
        public let value: String
        /// Where the value comes from.
        public let source: String

        /// Builds a setting.
        public init(_ key: String, value: String, source: String) {
            self.key = key
            self.value = value
            self.source = source
        }
    }

    /// Makes a backup, on a thread of its own.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` where another one is being made, or `store.unavailable`.
    public typealias BackupMaker = @Sendable () async throws(MusterError) -> Backup

    /// Reads comma-separated values.
    public let readCSV: CSVReader
    /// Writes a line of comma-separated values.
    public let csvLine: @Sendable ([String]) -> String
    /// Makes a backup; nil if the directory is kept by an engine with tools of its own for that.
    public let backup: BackupMaker?
    /// The settings in force, in the order in which they are described.
    public var settings: [Setting] = []

    /// Builds tools.
    public init(
        readCSV: @escaping CSVReader,
        csvLine: @escaping @Sendable ([String]) -> String,
        backup: BackupMaker?
    ) {
        self.readCSV = readCSV
        self.csvLine = csvLine
        self.backup = backup
    }
}
