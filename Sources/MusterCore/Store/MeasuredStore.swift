/// What a store has done since it was opened, and how large it is.
public struct StoreFigures: Sendable, Equatable {
    /// Changes that are on disk.
    public var changes: UInt64 = 0
    /// Commits that brought them there: each is one wait for the disk.
    public var commits: UInt64 = 0
    /// How long the commits took, in nanoseconds.
    public var commitNanoseconds: UInt64 = 0
    /// The bytes of the database.
    public var databaseBytes: Int64 = 0
    /// The bytes of its write-ahead log.
    public var logBytes: Int64 = 0

    /// Nothing.
    public init() {}
}

/// A store that measures itself.
public protocol MeasuredStore: DirectoryStore {
    /// The figures now. Asks the system, on the calling thread.
    var figures: StoreFigures { get }
}
