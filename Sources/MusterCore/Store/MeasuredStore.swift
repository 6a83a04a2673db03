/// What a store has done since it was opened, and how large it is.
public struct StoreFigures: Sendable, Equatable {
    /// Changes that are on disk.
    public var changes: UInt64 = 0
    /// Commits that brought them there, each with one wait for the disk, and how long those took.
    public var commits = DurationCounts()
    /// Reads that go through much of the directory, and how long they took with the wait for a thread.
    public var longReads = DurationCounts()
    /// Look-ups that wait for an engine, and how long they took; nil if they are looks at memory and a file, of whose
    /// microsecond two looks at the clock would be a part.
    public var shortReads: DurationCounts?
    /// The bytes of the database; nil if the engine keeps it.
    public var databaseBytes: Int64?
    /// The bytes of its write-ahead log; nil if the engine keeps it.
    public var logBytes: Int64?
    /// How the copy beside the node is; nil if it has none.
    public var replica: ReplicaFigures?

    /// Nothing.
    public init() {}
}

/// How a replica is.
public struct ReplicaFigures: Sendable, Equatable {
    /// Whether look-ups are answered from it at present.
    public var isFresh = false
    /// Seconds since the moment whose state it surely includes; nil before the first.
    public var age: Double?
    /// How often it was filled since the start.
    public var fills: UInt64 = 0
    /// How many look-ups it answered.
    public var answered: UInt64 = 0
    /// How many were asked of the database instead.
    public var passed: UInt64 = 0

    /// Nothing.
    public init() {}
}

/// A store that measures itself.
public protocol MeasuredStore: DirectoryStore {
    /// The figures now. Asks the system, on the calling thread.
    var figures: StoreFigures { get }
}
