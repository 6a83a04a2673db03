/// Reads what many users at a time need.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol ManyUserReader {
    /// The numbers of the users of these login names, in the same order; nil if there is no such user.
    func userIDs(named usernames: [Username]) throws(MusterError) -> [UserID?]

    /// What belongs to some users, asked for in one look.
    ///
    /// - Parameters:
    ///   - users: The users.
    ///   - withPasswords: Whether their passwords are asked for; else nobody has one.
    /// - Returns: The belongings of each; users to whom nothing belongs may be left out.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func belongings(
        of users: [UserID],
        withPasswords: Bool
    ) throws(MusterError) -> [UserID: UserBelongings]
}

/// What belongs to a user beside its own fields, and goes out with it.
public struct UserBelongings: Sendable {
    /// The public keys, in the order in which they were added.
    public var keys: [StoredSSHKey] = []
    /// The password; nil if the user has none, or none was asked for.
    public var password: StoredPassword?
    /// The person; nil if nothing was said of it.
    public var person: Person?

    /// Builds those of a user to whom nothing belongs.
    public init() {}
}

/// Writes many users at a time.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
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
