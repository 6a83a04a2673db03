import FoundationEssentials
public import MusterCore
import MusterSQL
import SystemCalls

/// Keeps a node's replica as a file of its data folder: `replica-` and a random number, so that a new one is never mistaken
/// for what is left of another.
public struct ReplicaFiles: ReplicaFolder {
    private let folder: String
    private let sealer: any Sealer
    private let digester: any Digester

    private static let (start, end, unfinished) = ("replica-", ".sqlite", ".filling")
    /// How many connections are opened to read on: one for each event loop, and some for others.
    private static var readers: Int { min(64, ProcessInfo.processInfo.activeProcessorCount + 4) }

    /// The descriptors that an open replica holds at most: two for each connection, for the file and its log, one for the
    /// log's index, and those of one that is being filled.
    public static var descriptors: Int { 2 * (readers + 1) + 1 + 4 }

    /// How many pages of 4 KiB are kept while one is filled.
    private static let pages = 12288
    /// How many are while its other indexes are made.
    private static let sortingPages = 6144

    /// Takes a folder, which is there.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - sealer: Opens telephone numbers.
    ///   - digester: Computes digests.
    public init(folder: String, sealer: any Sealer, digester: any Digester) {
        self.folder = folder
        self.sealer = sealer
        self.digester = digester
    }

    /// Opens the one replica that is there; see ``ReplicaFolder``.
    public func open() -> (any DirectoryReplica)? {
        let paths = paths()
        let whole = paths.filter { $0.hasSuffix(ReplicaFiles.end) }
        let opened = whole.count == 1 ? whole.first.flatMap { try? replica($0) } : nil
        // Of several nobody knows which one was the last.
        if opened == nil { for path in paths { ReplicaFiles.remove(path) } }
        return opened
    }

    /// Fills a new one; see ``ReplicaFolder``.
    public func fill(
        to place: FeedPlace,
        unless isOver: @escaping @Sendable () -> Bool,
        _ body: (any ReplicaWriter) throws(MusterError) -> Void
    ) throws(MusterError) -> any DirectoryReplica {
        for path in paths() { ReplicaFiles.remove(path) }
        let path =
            "\(folder)/\(ReplicaFiles.start)\(UInt64.random(in: .min ... .max))\(ReplicaFiles.end)"
        let unfinished = path + ReplicaFiles.unfinished
        do {
            try translating { try write(unfinished, place, isOver, body) }
            return try replica(path)
        } catch {
            ReplicaFiles.remove(unfinished)
            ReplicaFiles.remove(path)
            throw error
        }
    }

    private func write(
        _ path: String,
        _ place: FeedPlace,
        _ isOver: @escaping @Sendable () -> Bool,
        _ body: (any ReplicaWriter) throws(MusterError) -> Void
    ) throws {
        let made = createFile(path)
        guard made >= 0 else { throw Descriptor.Failure(number: errno) }
        defer { SystemCalls.close(made) }
        let handle = try SQLiteHandle(asItIs: path)
        // A file that was not finished is thrown away, so that nothing need be found again in it.
        try handle.runOnce("PRAGMA journal_mode = OFF")
        try handle.runOnce("PRAGMA synchronous = OFF")
        try handle.runOnce("PRAGMA foreign_keys = OFF")
        // What the database has was checked there.
        try handle.runOnce("PRAGMA ignore_check_constraints = ON")
        try handle.runOnce("PRAGMA cache_size = \(number: ReplicaFiles.pages)")
        let rest = try ReplicaForm.make(in: handle, digester)
        try handle.working(unless: isOver) {
            try handle.inTransaction {
                let rows = ReplicaRows(handle, isFilling: true)
                try body(rows)
                // To sort takes as much again as is kept of the file.
                try handle.runOnce("PRAGMA cache_size = \(number: ReplicaFiles.sortingPages)")
                for index in rest.indexes { try handle.runOnce(index) }
                try rows.countFactors()
                try ReplicaForm.note(place, in: handle)
                for statement in rest.last { try handle.runOnce(statement) }
            }
        }
        try handle.close()
        guard fsync(made) == 0,
            rename(path, String(path.dropLast(ReplicaFiles.unfinished.count))) == 0
        else { throw Descriptor.Failure(number: errno) }
    }

    private func replica(_ path: String) throws(MusterError) -> SQLiteReplica {
        try SQLiteReplica(
            path,
            sealer: sealer,
            digester: digester,
            readers: ReplicaFiles.readers
        )
    }

    /// All files of replicas, whole or not, without what SQLite keeps beside them.
    private func paths() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { name in
            name.hasPrefix(ReplicaFiles.start)
                && (name.hasSuffix(ReplicaFiles.end) || name.hasSuffix(ReplicaFiles.unfinished))
        }.map { "\(folder)/\($0)" }
    }

    /// Removes a file, and what SQLite keeps beside it.
    static func remove(_ path: String) {
        for end in ["", "-wal", "-shm", "-journal"] { unlink(path + end) }
    }
}

// Outside of the type, whose own function has the same name.
private func createFile(_ path: String) -> CInt {
    open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
}
