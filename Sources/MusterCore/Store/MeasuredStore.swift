/// What a store has done since it was opened, and how large it is.
public struct StoreFigures: Sendable, Equatable {
    /// Changes that are on disk.
    public var changes: UInt64 = 0
    /// Commits that brought them there, each with one wait for the disk, and how long those took.
    public var commits = DurationCounts()
    /// The bytes of the database; nil if the engine keeps it.
    public var databaseBytes: Int64?
    /// The bytes of its write-ahead log; nil if the engine keeps it.
    public var logBytes: Int64?

    /// Nothing.
    public init() {}
}

/// A store that measures itself.
public protocol MeasuredStore: DirectoryStore {
    /// The figures now. Asks the system, on the calling thread.
    var figures: StoreFigures { get }
}
