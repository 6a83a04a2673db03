/// Everything that can be read, at one moment.
///
/// Valid only inside the closure that received it.
public protocol DirectoryReader: APIKeyReader, AuditReader, CeremonyReader,
    DirectoryIdentityReader, FactorReader, GroupReader, LoginSourceReader, ManyUserReader,
    PasswordReader, PersonReader, SentCodeReader, SessionReader, SSHKeyReader,
    UserReader, VerificationCodeReader
{}

/// One change: everything that can be read and written, all or nothing.
public protocol DirectoryTransaction: DirectoryReader, APIKeyWriter, AuditWriter,
    CeremonyWriter, DirectoryIdentityWriter, FactorWriter, GroupWriter, LoginSourceWriter,
    ManyUserWriter, PasswordWriter, PersonWriter,
    RefusalCounter, SentCodeWriter, SessionWriter, SSHKeyWriter, UserWriter, VerificationCodeWriter
{}

/// How much a read looks at.
public enum ReadExtent: Sendable {
    /// What an index finds: some look-ups, or one batch of at most some thousand records in the order of a key.
    case bounded
    /// Counts, searches and other orders: as much as the directory has.
    case unbounded
}

/// Keeps the directory, wherever that is: in this process or far away.
///
/// A store passes the suite `StoreConformance` of MusterTesting. Every method that throws throws ``MusterError`` with code
/// `store.unavailable`, beside what its body throws.
public protocol DirectoryStore: Sendable {
    /// Whether changes can be made at present. A store that has lost its files answers what it still can.
    var isWritable: Bool { get }

    /// Whether reads wait for each other, in the lanes of ``ReadLane``.
    var sharesReads: Bool { get }

    /// Reads a snapshot, which includes every change that was acknowledged before the call.
    ///
    /// No caller's thread waits for another machine or goes through the whole directory: `body` runs on whatever thread
    /// the store chooses. It may run twice, and does nothing but read.
    ///
    /// - Throws: what `body` throws, or ``MusterError`` with code `store.unavailable`.
    func read<Result: Sendable>(
        _ extent: ReadExtent,
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result

    /// Makes one change and returns when it is on disk. Where `body` throws, nothing has changed.
    ///
    /// Changes are made one after the other, each seeing the ones before it; those that wait at the same
    /// time are brought to disk together. A change may be made twice, where one of those failed halfway and
    /// all were taken back; so `body` does nothing but read and write.
    ///
    /// - Throws: what `body` throws, or ``MusterError`` with code `store.unavailable`.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result

    /// Makes a change as ``write(_:)`` does which is large: a batch of an import of this caller.
    ///
    /// Nobody waits for more than one: it shares no commit with others, and what waited when one is on disk is made
    /// before the next. Callers take turns. None is begun where the disk has little room left, so that other changes
    /// still find some.
    ///
    /// - Throws: what `body` throws, or ``MusterError`` with code `store.unavailable`; with the cause ``Trouble/disk``
    ///   where there is too little room.
    func writeBatch<Result: Sendable>(
        of caller: UserID,
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result

    /// Has what is read from now on include everything that was acknowledged before the call, at whatever node.
    ///
    /// Where ``read(_:_:)`` alone looks at a copy, that may be older by less than a second.
    func catchUp() async

    /// The bytes that are free where it is kept; nil if that is not known. Asks the system, on the calling thread.
    var freeBytes: Int64? { get }

    /// Writes something that is there already, down to the disk, so that it is known whether changes can be made.
    func probe() async throws(MusterError)

    /// Lets go of all that the store holds. Nothing may be in flight, and nothing is asked of it from then on.
    func close() async throws(MusterError)
}

/// A store in this process, whose look-ups take microseconds and wait for nobody.
///
/// Only the fast path and LDAP's look-ups of one entry ask it in this way, on the thread that received the bytes, and do without it if
/// there is none. Everything else reads as it would of a store that is far away, so that any store will do.
///
/// A class, since every look-up holds it.
public protocol InProcessStore: AnyObject, DirectoryStore {
    /// Whether it is final where ``readNow(_:)`` throws. Not of a copy, which may not answer for a while, and which the change
    /// of another machine may not have reached yet: then ``DirectoryStore/read(_:_:)`` is asked.
    var refusalsStand: Bool { get }

    /// Reads a snapshot as ``DirectoryStore/read(_:_:)``, on the calling thread: by look-ups of an index alone.
    ///
    /// No overload of the other name, since the compiler would choose between the two by where the call stands.
    ///
    /// - Throws: what `body` throws, or ``MusterError`` with code `store.unavailable`.
    func readNow<Result>(
        _ body: (any DirectoryReader) throws(MusterError) -> Result
    ) throws(MusterError) -> Result
}

extension InProcessStore {
    /// It is, of the directory itself.
    public var refusalsStand: Bool { true }
}

extension DirectoryStore {
    /// Always, where nothing can be lost.
    public var isWritable: Bool { true }

    /// They do not, where each is made on the calling thread.
    public var sharesReads: Bool { false }

    /// As any change, where none takes long.
    ///
    /// - Throws: as ``write(_:)``.
    public func writeBatch<Result: Sendable>(
        of caller: UserID,
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await write(body)
    }

    /// Nothing, where each read looks at the directory itself.
    public func catchUp() async {}

    /// Unknown, if there is no disk.
    public var freeBytes: Int64? { nil }

    /// Nothing, if there is no disk.
    public func probe() async throws(MusterError) {}
}
