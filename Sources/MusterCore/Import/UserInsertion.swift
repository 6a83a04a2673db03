public import FoundationEssentials

/// A user ready to be written, with all that makes it.
public struct UserInsertion: Sendable {
    /// The UUID that it gets.
    public let uuid: UUID
    /// The user without what the directory gives and learns.
    public let draft: UserDraft
    /// The password; nil if the user has none.
    public let password: StoredPassword?

    /// Builds an arrival.
    public init(uuid: UUID, draft: UserDraft, password: StoredPassword? = nil) {
        self.uuid = uuid
        self.draft = draft
        self.password = password
    }
}

/// Reads what many users at a time need.
public protocol ManyUserReader {
    /// The numbers of the users of these login names, in the same order; nil if there is no such user.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func userIDs(named usernames: [Username]) throws(MusterError) -> [UserID?]
}

/// Writes many users at a time.
public protocol ManyUserWriter {
    /// Creates users under new numbers.
    ///
    /// - Returns: The numbers in the same order; nil if the login name is taken, also by one that stands
    ///   before it, and nothing was written.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func insertUsers(
        _ arrivals: [UserInsertion],
        at now: Timestamp
    ) throws(MusterError) -> [UserID?]
}

/// Keeps what has arrived of an import until all of it has been looked at.
///
/// Used by one task at a time. What it keeps is sealed and gone when the spool is.
public protocol ImportSpool: AnyObject {
    /// Keeps one piece more.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func append(_ piece: [UInt8]) throws(MusterError)

    /// The next piece, in the order in which they were kept; nil behind the last one.
    ///
    /// Nothing is kept any more once the first was asked for.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func next() throws(MusterError) -> [UInt8]?
}
