import CDescriptorVFS
import CSQLiteSetup
import Dispatch
import FoundationEssentials
public import MusterCore
import MusterSQL
import Synchronization
import WorkerThreads

/// The directory in one SQLite file, in the process.
///
/// WAL with `synchronous=FULL`: a change is on disk before it is acknowledged. Reads have connections of their own;
/// look-ups run on the calling thread, and what goes through much of the directory on threads of its own. Changes run one
/// after the other and are committed in groups.
public final class SQLiteStore: InProcessStore, MeasuredStore {
    private let writer: GroupCommit
    private let readers: ReaderPool
    /// For threads of low priority.
    private let longReaders: ReaderPool
    private let longReads = WorkerPool("long reads", .reads, threads: longReadThreads)
    private let longReadTimes = Mutex(DurationCounts())
    private let sealer: any Sealer
    private let marks = AuditMarks()
    private let path: String
    private let room: DiskRoom

    /// The descriptors that an open store holds at most: two for each connection, for the database and its log, and one
    /// for the log's index; some for what SQLite sorts in files of its own.
    public static var descriptors: Int {
        2 * (readersAhead + longReadersAhead + 1) + 1 + 8
    }

    /// How many reads that take long are made at a time.
    private static let longReadThreads = 5

    /// How many connections are opened to read on by event loops and others of usual priority.
    static var readersAhead: Int { min(64, ProcessInfo.processInfo.activeProcessorCount + 4) }

    /// How many are for each long read, and for the threads of lists and imports.
    private static let longReadersAhead = longReadThreads + 2

    /// The connections of the calling thread.
    private var ownReaders: ReaderPool { WorkerThread.current == nil ? readers : longReaders }

    /// Opens a database file, creates it where it is not there, and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - sealer: Seals what is not kept in the clear.
    ///   - digester: Computes digests.
    ///   - onLoss: Told, once, when the files are no longer in their place; nothing is changed from then on.
    /// - Throws: ``MusterError`` with code `store.too_new` when a newer version made it;
    ///   `store.unavailable`.
    public convenience init(
        path: String,
        sealer: any Sealer,
        digester: any Digester,
        onLoss: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(MusterError) {
        try self.init(
            path: path,
            sealer: sealer,
            digester: digester,
            logLimit: Self.usualLogLimit,
            onLoss: onLoss
        )
    }

    /// In pages of 4 KiB: 64 MiB.
    ///
    /// The fewer the merges, the fewer times a page is copied; readers have to search no more than that.
    private static let usualLogLimit = 16384

    init(
        path: String,
        sealer: any Sealer,
        digester: any Digester,
        logLimit: Int,
        quiet: DispatchTimeInterval = GroupCommit.usualQuiet,
        room: DiskRoom? = nil,
        onLoss: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(MusterError) {
        self.sealer = sealer
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        self.path = path
        self.room = room ?? DiskRoom(folder: folder)
        let handle = try translating {
            try SQLiteStore.refuseNewer(path)
            let handle = try SQLiteHandle(writing: path)
            try Migrator(digester: digester).migrate(handle)
            return handle
        }
        let readers = try ReaderPool(path: path, ahead: SQLiteStore.readersAhead)
        self.readers = readers
        longReaders = try ReaderPool(
            path: path,
            ahead: SQLiteStore.longReadersAhead,
            keepsSnapshots: false
        )
        // The readers have opened the log, so that it is there to be watched.
        let watch = FileWatch(path)
        writer = GroupCommit(
            handle,
            sealer: sealer,
            logLimit: logLimit,
            quiet: quiet,
            watch: watch,
            onLoss: onLoss
        ) { readers.noteCommit() }
    }

    /// Sets up the library, once and before its first use.
    ///
    /// Its statistics of memory, which nobody asks for, are behind one lock, and every piece of memory that any
    /// thread asks for takes it: one part in twenty of a look-up. A statement of several rows remembers each page as it was; from 17 on,
    /// as the records of a group touch or the end of one user, each such statement would make a file and take it away again.
    static let setUp: Void = {
        _ = csqlite_keep_no_memory_statistics()
        _ = csqlite_keep_statement_journals(statementJournal)
        _ = csqlite_take_uris()
        _ = descriptor_vfs_register()
    }()

    /// In bytes: 30 pages, in one piece of memory for as long as the statement runs.
    ///
    /// What is more goes into a file in one call, and SQLite's own files write less than 128 KiB at a time: of a piece of twice as
    /// much nothing, which SQLite takes for a full disk.
    private static let statementJournal: CInt = 126_976

    /// Looks at the schema through a connection that can change nothing, before one is opened that could.
    private static func refuseNewer(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let handle = try SQLiteHandle(lookingAt: path)
        if try Migrator.hasSteps(in: handle) {
            try Migrator.refuseNewer(handle, known: Migration.all.count)
        }
        try handle.close()
    }

    /// What was committed since the store was opened, how long reads took, and how large the files are.
    public var figures: StoreFigures {
        var figures = writer.figures.figures(of: path)
        figures.longReads = longReadTimes.withLock { $0 }
        return figures
    }

    /// Reads a snapshot, on the calling thread.
    ///
    /// - Throws: what `body` throws, or ``MusterError`` with code `store.unavailable`.
    public func readNow<Result>(
        _ body: (any DirectoryReader) throws(MusterError) -> Result
    ) throws(MusterError) -> Result {
        try ownReaders.read { handle in
            try body(SQLiteTransaction(handle, sealer: sealer, marks: marks))
        }
    }

    /// Reads a snapshot: by look-ups on the calling thread, everything else on threads of its own.
    ///
    /// - Throws: what `body` throws, or ``MusterError`` with code `store.unavailable`.
    public func read<Result: Sendable>(
        _ extent: ReadExtent,
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        switch extent {
        case .bounded:
            return try readNow(body)
        case .unbounded:
            return try await readLong(body)
        }
    }

    /// Reads on a thread for what takes long, until the caller's task is cancelled: then the read stops where it is, or is not
    /// begun, and the thread is free.
    private func readLong<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        let stop = ReadStop()
        let begun = DispatchTime.now().uptimeNanoseconds
        let outcome: Swift.Result<Result, MusterError> = await withTaskCancellationHandler {
            await longReads.run { [self] in
                Swift.Result { () throws(MusterError) in
                    defer {
                        let taken = DispatchTime.now().uptimeNanoseconds - begun
                        longReadTimes.withLock { $0.add(taken) }
                    }
                    guard !stop.isAsked else { throw MusterError.givenUp }
                    return try longReaders.read { handle in
                        try handle.reading(until: stop) {
                            try body(SQLiteTransaction(handle, sealer: sealer, marks: marks))
                        }
                    }
                }
            }
        } onCancel: {
            stop.ask()
        }
        if case .failure = outcome, stop.isAsked { throw MusterError.givenUp }
        return try outcome.get()
    }

    /// Makes one change and returns when it is on disk.
    ///
    /// - Throws: what `body` throws, or ``MusterError`` with code `store.unavailable`.
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await writer.write(body)
    }

    /// Makes a batch of an import, in a commit of its own, if the disk has the room (``DiskRoom``).
    ///
    /// - Throws: what `body` throws, or ``MusterError`` with code `store.unavailable`.
    public func writeBatch<Result: Sendable>(
        of caller: UserID,
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        let (room, writer) = (room, writer)
        return try await writer.write(asBatchOf: caller) { transaction throws(MusterError) in
            try room.requireForBatch(owing: writer.unmergedBytes)
            return try body(transaction)
        }
    }

    /// Whether changes can be made: not once the database's files are no longer in their place.
    public var isWritable: Bool { !writer.isLost }

    /// The bytes that are free for this process on the disk of the database, beside those that the write-ahead log will
    /// need to be merged; nil if the system does not say.
    public var freeBytes: Int64? { room.freeBytes(owing: writer.unmergedBytes) }

    /// Writes a row and takes it away again, which goes to the disk like any change.
    ///
    /// A row that is updated to what it is would not be written at all.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func probe() async throws(MusterError) {
        try await writer.write { transaction throws(MusterError) in
            guard let transaction = transaction as? SQLiteTransaction else { return }
            try transaction.run(
                "INSERT INTO refusal (minute, source, count) VALUES (?, ?, 1)",
                [Int64(-1), "a look"]
            )
            try transaction.run("DELETE FROM refusal WHERE minute = ?", [Int64(-1)])
        }
    }

    /// Makes a change before anybody else does, on the calling thread, which waits.
    func onWriter<Result>(
        _ body: (SQLiteTransaction) throws(MusterError) -> Result
    ) throws(MusterError) -> Result {
        try writer.writeAlone(body)
    }

    /// Closes the connections, which merges the write-ahead log into the file.
    ///
    /// Nothing may be in flight.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func close() throws(MusterError) {
        readers.close()
        longReaders.close()
        try writer.close()
    }
}
