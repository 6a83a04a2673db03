import MusterCore
import MusterCrypto
import MusterPostgres
import MusterSQLite
import SystemCalls
import WireJSON

/// Copies a directory between the file of a data folder and a database.
struct DirectoryMove {
    private static let advice = " Stop the server first. Nothing was changed."

    let folder: String
    let address: PostgresAddress

    /// Copies the file into the database.
    ///
    /// - Returns: What was copied.
    /// - Throws: ``MusterError``.
    func toDatabase() throws(MusterError) -> Sums {
        let files = try DataFolder(folder, creates: false, advice: DirectoryMove.advice)
        try DataFolderState.requireInitialised(files.paths, isHeld: true)
        let key = try MasterKey(contentsOf: files.paths.key)
        let (sealer, digester) = (SodiumSealer(key), SystemDigester(key))
        let source = try SQLiteTables(
            reading: files.databasePath,
            sealer: sealer,
            digester: digester
        )
        var sums = Sums()
        try PostgresTables.fill(address, digester: digester) { target throws(MusterError) in
            try TableCopy(digester: digester).run(from: source, to: target) { sums.add($0, $1) }
        }
        files.release()
        return sums
    }

    /// Copies the database into a file of the folder, which has the directory's key.
    ///
    /// - Returns: What was copied.
    /// - Throws: ``MusterError``.
    func toFolder() throws(MusterError) -> Sums {
        let files = try DataFolder(
            folder,
            store: .postgres(address),
            creates: false,
            advice: DirectoryMove.advice
        )
        let paths = files.paths
        guard FileModes.status(of: paths.key) != nil else {
            throw DataFolderState.nothing(paths, .postgres(address))
        }
        let key = try MasterKey(contentsOf: paths.key)
        let (sealer, digester) = (SodiumSealer(key), SystemDigester(key))
        var sums = Sums()
        try PostgresTables.read(address, sealer: sealer, digester: digester) {
            source throws(MusterError) in
            do throws(MusterError) {
                sums = try fill(paths, digester, from: source)
            } catch {
                // What is no beginning of this copy is one of another directory, or of before a change: it is made again.
                guard error.code == .directoryInitialised else { throw error }
                paths.removeUnfinished()
                sums = try fill(paths, digester, from: source)
            }
        }
        try files.writing(paths.database) {
            try DurableFiles.sync(paths.copying)
            try DurableFiles.move(paths.copying, to: paths.database)
        }
        unlink(paths.sharedMark)
        files.release()
        return sums
    }

    /// Fills the file beside the folder's database, or goes on with it where a copy was cut short.
    private func fill(
        _ paths: DataPaths,
        _ digester: SystemDigester,
        from source: any StoredTables
    ) throws(MusterError) -> Sums {
        if FileModes.status(of: paths.copying) == nil {
            guard let unfinished = PrivateFile.create(paths.copying) else {
                throw MusterError(
                    .storeUnavailable,
                    "The data directory \(folder) is not writable."
                )
            }
            close(unfinished)
            DurableFiles.giveToFolderOwner(paths.copying)
        }
        var sums = Sums()
        try SQLiteTables.fill(paths.copying, digester: digester) {
            target throws(MusterError) in
            try TableCopy(digester: digester).run(from: source, to: target) { sums.add($0, $1) }
        }
        return sums
    }

    /// How much was copied.
    struct Sums {
        private(set) var users: Int64 = 0
        private(set) var events: Int64 = 0
        private(set) var rows: Int64 = 0

        mutating func add(_ table: StaticString, _ count: Int) {
            rows += Int64(count)
            if table.isSame(as: "\"user\"") { users = Int64(count) }
            if table.isSame(as: "\"audit_event\"") { events = Int64(count) }
        }

        var record: JSONObject {
            JSONObject([
                ("users", .integer(users)), ("audit_events", .integer(events)),
                ("rows", .integer(rows)),
            ])
        }
    }
}
