public import MusterCore
import MusterSQL

/// Looks at a database file without changing anything in it.
///
/// It may be in use by a server at the same time.
public struct DatabaseInspection: ~Copyable {
    /// The most damage that is told of; where there is more, there is no need to know.
    private static let damageLimit = 10
    /// The most characters of one problem.
    private static let lineLimit = 300

    private let handle: SQLiteHandle
    private let sealer: any Sealer
    private let digester: any Digester

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - sealer: Opens phone numbers.
    ///   - digester: Computes digests.
    ///   - isAlone: Whether nobody else uses it. Then no other file is left beside it afterwards.
    /// - Throws: ``MusterError`` with code `directory.missing` where it is not there or no database, or
    ///   `store.unavailable`.
    public init(
        path: String,
        sealer: any Sealer,
        digester: any Digester,
        isAlone: Bool = false
    ) throws(MusterError) {
        try ReadOnlyDatabase.requireContent(path)
        handle = try isAlone ? ReadOnlyDatabase.openAlone(path) : ReadOnlyDatabase.open(path)
        self.sealer = sealer
        self.digester = digester
    }

    /// Opens a file that is read as it is, or what is open already.
    ///
    /// - Parameters:
    ///   - source: The database.
    ///   - sealer: Opens phone numbers.
    ///   - digester: Computes digests.
    /// - Throws: ``MusterError`` with code `directory.missing` where it is not there or no database, or
    ///   `store.unavailable`.
    public init(
        _ source: DatabaseSource,
        sealer: any Sealer,
        digester: any Digester
    ) throws(MusterError) {
        if case .file(let path) = source { try ReadOnlyDatabase.requireContent(path) }
        handle = try ReadOnlyDatabase.open(source)
        self.sealer = sealer
        self.digester = digester
    }

    /// Counts what is in the database.
    ///
    /// - Throws: ``MusterError`` with code `directory.missing`, `store.too_new` or `store.unavailable`.
    public func summary() throws(MusterError) -> DatabaseSummary {
        try read { transaction throws(MusterError) in try transaction.summary() }
    }

    /// The number of the schema that this program makes.
    public static var newestSchema: Int { Migration.all.count }

    /// The number of the schema that the database has.
    ///
    /// - Throws: ``MusterError`` with code `directory.missing`, `store.too_new` or `store.unavailable`.
    public func schema() throws(MusterError) -> Int {
        try read { transaction throws(MusterError) in try transaction.schemaNumber() }
    }

    /// What is broken in the file, in SQLite's words, and what refers to something that is not there.
    ///
    /// Reads the whole file, and compares each index with its table: 64 MiB take less than a second.
    ///
    /// - Returns: One line for each problem, the first of them only; none if nothing is wrong.
    /// - Throws: ``MusterError`` with code `store.unavailable` where it cannot be read for another reason than damage.
    public func damage() throws(MusterError) -> [String] {
        do {
            return try found()
        } catch  where error.cause as? Trouble == .damage {
            return ["SQLite cannot read it"]
        }
    }

    private func found() throws(MusterError) -> [String] {
        try translating {
            try handle.inTransaction("BEGIN") {
                let limit = DatabaseInspection.damageLimit
                let lines = try handle.rows("PRAGMA integrity_check(\(number: limit))") {
                    $0[0] as String
                }
                let broken = lines.filter { $0 != "ok" }
                var astray: [String] = []
                try handle.run("PRAGMA foreign_key_check", []) { row in
                    astray.append(
                        "a row of \(row[0] as String) refers to a \(row[2] as String) that is not there"
                    )
                    return astray.count < limit
                }
                // The names of tables in a file are whatever its maker wanted.
                return (broken + astray).map(DatabaseInspection.shortened)
            }
        }
    }

    /// One problem in one line, of a length that can be read.
    private static func shortened(_ line: String) -> String {
        let words = line.split(whereSeparator: \.isNewline).joined(separator: "; ")
        return words.count > lineLimit ? words.prefix(lineLimit) + "..." : words
    }

    /// How the schema differs from the one that this program makes; empty where it does not.
    ///
    /// - Throws: ``MusterError`` with code `store.too_new` or `store.unavailable`.
    public func schemaDifferences() throws(MusterError) -> [SchemaDifference] {
        let migrator = Migrator(digester: digester)
        return try translating {
            try handle.inTransaction("BEGIN") { try migrator.differences(in: handle) }
        }
    }

    /// Whether the master key is the directory's; nil if nothing was sealed with it.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func keyFits() throws(MusterError) -> Bool? {
        try read { transaction throws(MusterError) in try transaction.keyFits() }
    }

    /// Reads at one moment.
    func read<Result>(
        _ body: (SQLiteTransaction) throws(MusterError) -> Result
    ) throws(MusterError) -> Result {
        try translating {
            try handle.inTransaction("BEGIN") {
                try body(SQLiteTransaction(handle, sealer: sealer))
            }
        }
    }
}
