public import MusterCore

/// Looks at a database file without changing anything in it.
///
/// It may be in use by a server at the same time.
public struct DatabaseInspection: ~Copyable {
    /// The most damage that is told of; where there is more, there is no need to know.
    private static let damageLimit = 10
    /// The most characters of one problem.
    private static let lineLimit = 300
    /// The most administrators that are looked at.
    private static let administratorLimit = 1000

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
                let broken = lines.filter { $0 != "ok" }.map(DatabaseInspection.shortened)
                var astray: [String] = []
                try handle.run("PRAGMA foreign_key_check", []) { row in
                    astray.append(
                        "a row of \(row[0] as String) refers to a \(row[2] as String) that is not there"
                    )
                    return astray.count < limit
                }
                return broken + astray
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

    /// The enabled administrators, the first thousand.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`, also where a phone number was sealed with
    ///   another master key.
    public func administrators() throws(MusterError) -> [Administrator] {
        try read { transaction throws(MusterError) in
            let found: [(id: UserID, canSignIn: Bool, hasPassword: Bool)] = try transaction.rows(
                """
                SELECT u.id, \(SQLiteTransaction.canSignIn),
                    u.password_permitted = 1
                        AND EXISTS (SELECT 1 FROM password AS p WHERE p.user_id = u.id)
                FROM user AS u
                WHERE u.role = 64 AND u.is_enabled = 1
                ORDER BY u.id
                LIMIT ?
                """,
                [DatabaseInspection.administratorLimit]
            ) { (UserID(rawValue: $0[0]), $0[1], $0[2]) }
            var administrators: [Administrator] = []
            for (id, canSignIn, hasPassword) in found {
                guard let user = try transaction.user(.id(id)) else { continue }
                let isSentCodes = user.secondFactor.isRequiredAtLogin
                administrators.append(
                    Administrator(
                        user: user,
                        canSignIn: canSignIn,
                        hasPassword: hasPassword,
                        hasSecondFactor: isSentCodes ? true : try transaction.hasFactor(id)
                    )
                )
            }
            return administrators
        }
    }

    /// The login names of some users whom ways in refuse that have no place for a code, and how many there are.
    ///
    /// - Parameters:
    ///   - hasApps: Whether those with an authenticator app are left out.
    ///   - limit: The most names.
    /// - Returns: The names, and how many there are without the limit.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func shutOutOfPasswordOnlyLogins(
        exceptApps hasApps: Bool,
        limit: Int
    ) throws(MusterError) -> (names: [Username], count: Int) {
        try read { transaction throws(MusterError) in
            try transaction.shutOutOfPasswordOnlyLogins(exceptApps: hasApps, limit: limit)
        }
    }

    /// The login names of some users who can show no second factor, because all that they have is codes by ways that the
    /// server does not have, and how many there are.
    ///
    /// - Parameters:
    ///   - isEmailOn: Whether the server sends codes by e-mail.
    ///   - isSMSOn: Whether it sends them by SMS.
    ///   - limit: The most names.
    /// - Returns: The names, and how many there are without the limit.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func beyondCodes(
        isEmailOn: Bool,
        isSMSOn: Bool,
        limit: Int
    ) throws(MusterError) -> (names: [Username], count: Int) {
        try read { transaction throws(MusterError) in
            try transaction.beyondCodes(isEmailOn: isEmailOn, isSMSOn: isSMSOn, limit: limit)
        }
    }

    /// For which hosts there are passkeys.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func passkeySites() throws(MusterError) -> [PasskeySite] {
        try read { transaction throws(MusterError) in try transaction.passkeySites() }
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
