import Dispatch
public import MusterCore
import MusterSQL
import Synchronization

/// The directory in a PostgreSQL database, which several processes may share.
///
/// A change is on disk before it is acknowledged, and on those standbys for which the engine is told to wait. Nothing waits
/// for the engine on a thread of a caller: changes have one thread, reads some of their own, each with its connection.
public final class PostgresStore: MeasuredStore {
    private let writer: PostgresWriter
    private let reads: PostgresWorkers
    private let longReads: PostgresWorkers
    /// How long reads took, of each extent.
    private let readTimes = Mutex((short: DurationCounts(), long: DurationCounts()))
    private let sealer: any Sealer
    /// Where the tables are.
    let place: PostgresPlace

    /// How many look-ups are made at a time.
    private static let readThreads = 4
    /// How many reads that take long are made at a time.
    private static let longReadThreads = 2

    /// The connections that an open store holds at most.
    public static let connections = 1 + readThreads + longReadThreads

    /// Opens a database, and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - address: Where it is, and as whom it is asked.
    ///   - sealer: Seals what is not kept in the clear.
    ///   - digester: Computes digests.
    ///   - purpose: What for.
    /// - Throws: ``MusterError`` with code `store.too_new` where a newer version made it; `directory.missing` where nothing
    ///   is in it, and it is not opened to create a directory; `store.unavailable`, with one sentence on what is wrong.
    public convenience init(
        _ address: PostgresAddress,
        sealer: any Sealer,
        digester: any Digester,
        for purpose: PostgresPurpose = .creating
    ) async throws(MusterError) {
        try await self.init(
            PostgresPlace(address: address),
            sealer: sealer,
            digester: digester,
            for: purpose
        )
    }

    init(
        _ place: PostgresPlace,
        sealer: any Sealer,
        digester: any Digester,
        for purpose: PostgresPurpose = .creating
    ) async throws(MusterError) {
        self.sealer = sealer
        self.place = place
        let writer = PostgresWriter(place.forChanges, sealer: sealer)
        self.writer = writer
        reads = PostgresWorkers("pg reader", place.forLooks, threads: PostgresStore.readThreads)
        longReads = PostgresWorkers("pg search", place, threads: PostgresStore.longReadThreads)
        try await writer.run { link throws(MusterError) in
            try PostgresOpening(place: place, digester: digester, purpose: purpose).open(link)
        }
    }

    /// Reads wait for the threads.
    public var sharesReads: Bool { true }

    /// Reads a snapshot, on threads of the store's own: what takes long until the caller's task is cancelled.
    ///
    /// - Throws: what `body` throws, or ``MusterError`` with code `store.unavailable`.
    public func read<Result: Sendable>(
        _ extent: ReadExtent,
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        guard extent == .unbounded else { return try await read(extent, nil, body) }
        let stop = PostgresStop()
        let outcome: Swift.Result<Result, MusterError> = await withTaskCancellationHandler {
            do throws(MusterError) {
                return .success(try await read(extent, stop, body))
            } catch {
                return .failure(error)
            }
        } onCancel: {
            stop.ask()
        }
        if case .failure = outcome, stop.isAsked { throw .givenUp }
        return try outcome.get()
    }

    private func read<Result: Sendable>(
        _ extent: ReadExtent,
        _ stop: PostgresStop?,
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        let workers = extent == .bounded ? reads : longReads
        let begun = DispatchTime.now().uptimeNanoseconds
        return try await workers.run { [self] link throws(MusterError) in
            defer { noteRead(extent, since: begun) }
            do throws(MusterError) {
                return try PostgresStore.read(on: link, sealer, until: stop, body)
            } catch {
                if stop?.isAsked == true { throw error }
                guard let cause = error.cause as? PostgresError, cause.kind == .connection else {
                    throw error
                }
                guard !cause.isLate else {
                    link.rest(after: cause)
                    throw error
                }
                // A connection may have broken since it was used last: then another one is asked, once.
                return try PostgresStore.read(on: link, sealer, until: stop, body)
            }
        }
    }

    private func noteRead(_ extent: ReadExtent, since begun: UInt64) {
        let taken = DispatchTime.now().uptimeNanoseconds - begun
        readTimes.withLock { times in
            switch extent {
            case .bounded: times.short.add(taken)
            case .unbounded: times.long.add(taken)
            }
        }
    }

    private static func read<Result>(
        on link: PostgresLink,
        _ sealer: any Sealer,
        until stop: PostgresStop?,
        _ body: (any DirectoryReader) throws(MusterError) -> Result
    ) throws(MusterError) -> Result {
        let connection = try translating { try link.connection() }
        guard let stop else { return try read(on: connection, sealer, body) }
        return try translating {
            try stop.reading(on: connection) { try read(on: connection, sealer, body) }
        }
    }

    private static func read<Result>(
        on connection: PostgresConnection,
        _ sealer: any Sealer,
        _ body: (any DirectoryReader) throws(MusterError) -> Result
    ) throws(MusterError) -> Result {
        do {
            try translating {
                connection.failure = nil
                // One moment for all that is asked; it begins with the first question.
                try connection.send("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            }
            let result = try body(PostgresTransaction(connection, sealer: sealer))
            try translating {
                if let failure = connection.failure { throw failure }
                try connection.send("COMMIT")
                try connection.push()
            }
            return result
        } catch {
            connection.rollBack()
            throw error
        }
    }

    /// Makes one change and returns when it is on disk.
    ///
    /// - Throws: what `body` throws, or ``MusterError`` with code `store.unavailable`, or `server.overloaded` where 4,096
    ///   others wait.
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await writer.write(body).result
    }

    /// Makes one change as ``write(_:)``, and tells up to which group of changes a copy has to be for it to be there.
    ///
    /// - Throws: as there.
    func writeInGroup<Result: Sendable>(
        asBatchOf caller: UserID? = nil,
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> (result: Result, position: Int64) {
        let (result, position) = try await writer.write(asBatchOf: caller, body)
        // Whoever has changed nothing was judged by what was there, which others may have been told.
        return (result, position ?? writer.position)
    }

    /// Has the node's copy handed those of its own groups that it can go on by without looking for them.
    func handGroups(to follower: ReplicaFollower) { writer.handGroups(to: follower) }

    /// Makes a batch of an import, in a commit of its own.
    ///
    /// - Throws: what `body` throws, or ``MusterError`` with code `store.unavailable`.
    public func writeBatch<Result: Sendable>(
        of caller: UserID,
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await writer.write(asBatchOf: caller, body).result
    }

    /// Writes what is there already, which goes to the disk like any change.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func probe() async throws(MusterError) {
        _ = try await writer.write { transaction throws(MusterError) in
            guard let transaction = transaction as? PostgresTransaction else { return }
            try transaction.run("UPDATE change_count SET position = position WHERE id = 1", [])
        }
    }

    /// What was committed since the store was opened, and how long reads took; how large the database is, its engine knows.
    public var figures: StoreFigures {
        var figures = writer.figures
        let times = readTimes.withLock { $0 }
        figures.shortReads = times.short
        figures.longReads = times.long
        return figures
    }

    /// Closes the connections.
    ///
    /// Nothing may be in flight.
    public func close() async throws(MusterError) {
        writer.close()
        reads.close()
        longReads.close()
    }
}
