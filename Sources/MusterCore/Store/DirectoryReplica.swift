public import FoundationEssentials

/// Where in the changes of a directory a copy of it stands.
public struct FeedPlace: Sendable, Equatable {
    /// The directory.
    public let directory: UUID
    /// How many groups of changes it includes.
    public let position: Int64
    /// Tells the last of them from another one at the same position, in a history that a failover has dropped; nil before
    /// the first change.
    public let mark: UUID?

    /// Names a place.
    public init(directory: UUID, position: Int64, mark: UUID?) {
        self.directory = directory
        self.position = position
        self.mark = mark
    }
}

/// Which rows of a table have changed.
public enum RowKey: Hashable, Sendable {
    /// All rows that belong to a user, or the one row with this number.
    case number(Int64)
    /// The row of a token.
    case digest([UInt8])
    /// The row of two numbers.
    case pair(Int64, Int64)

    /// The values of its columns.
    public var values: [StoredValue] {
        switch self {
        case .number(let number): [.integer(number)]
        case .digest(let bytes): [.bytes(bytes)]
        case .pair(let first, let second): [.integer(first), .integer(second)]
        }
    }
}

/// How much of what was asked for a replica had.
public enum ReplicaSight: Sendable {
    /// All of it.
    case whole
    /// Somebody or something that was asked for by a name was not there, maybe because a change has not come yet.
    case missing
    /// Something that replicas do not have was asked for; whatever was made of that is no answer.
    case lacking
}

/// Writes a replica, in one transaction of it, on the thread that holds it.
public protocol ReplicaWriter: AnyObject {
    /// Removes the rows of keys, where there are any.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func remove(_ keys: [RowKey], from table: ReplicatedTable) throws(MusterError)

    /// Adds rows, whose values are in the order of the table's columns.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func insert(_ rows: [[StoredValue]], into table: ReplicatedTable) throws(MusterError)

    /// Adds many rows, as the other one.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func insert(_ rows: StoredRows, into table: ReplicatedTable) throws(MusterError)
}

/// A copy of the directory beside a node, of what look-ups and the judgement of keys and sessions read.
public protocol DirectoryReplica: Sendable {
    /// Where it stands.
    var place: FeedPlace { get }

    /// Goes on to a place: all that `body` writes is seen at once, or none of it.
    ///
    /// By one thread at a time.
    ///
    /// - Throws: what `body` throws, or ``MusterError`` with code `store.unavailable`.
    func move(
        to place: FeedPlace,
        _ body: (any ReplicaWriter) throws(MusterError) -> Void
    ) throws(MusterError)

    /// Does what is due and what nobody waits for, on the thread that has it go on.
    func tidy()

    /// Reads a snapshot on the calling thread, as ``InProcessStore/readNow(_:)``.
    ///
    /// - Returns: What `body` does, and how much it found of what it asked for.
    /// - Throws: what `body` throws; ``MusterError`` with the cause ``NotInReplica`` where it asks for something else;
    ///   `store.unavailable` where the copy is damaged.
    func readNow<Result>(
        _ body: (any DirectoryReader) throws(MusterError) -> Result
    ) throws(MusterError) -> (result: Result, sight: ReplicaSight)

    /// Lets go of it; it is there again when the node starts the next time.
    func close()

    /// Removes it. Whoever reads from it at this moment may go on.
    func remove()
}

/// Where a node keeps its replica.
public protocol ReplicaFolder: Sendable {
    /// The replica of the last time; nil if there is none that will do. What will not is removed.
    func open() -> (any DirectoryReplica)?

    /// Makes one, which is there once it is whole.
    ///
    /// - Parameters:
    ///   - place: Where it stands.
    ///   - isOver: Whether it is not wanted any more; asked again and again, also while nothing is done but to sort.
    ///   - body: Writes all rows of all tables.
    /// - Returns: The replica.
    /// - Throws: what `body` throws, or ``MusterError`` with code `store.unavailable`, also where it is over.
    func fill(
        to place: FeedPlace,
        unless isOver: @escaping @Sendable () -> Bool,
        _ body: (any ReplicaWriter) throws(MusterError) -> Void
    ) throws(MusterError) -> any DirectoryReplica
}

/// That something is asked of a replica which it does not have.
public struct NotInReplica: Error {
    /// Names it.
    public init() {}
}

extension MusterError {
    /// What a replica says to what it does not have; the database is asked then.
    public static let notInReplica = MusterError(
        .storeUnavailable,
        "This is not kept beside the node.",
        cause: NotInReplica()
    )
}
