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
