/// Reads API keys.
public protocol APIKeyReader {
    /// The owner of an access key, and what is kept of the pair; nil if there is none.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func apiKey(_ accessKey: String) throws(MusterError) -> (owner: User, key: StoredAPIKey)?

    /// Whether a user has a pair of keys.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func hasAPIKey(_ user: UserID) throws(MusterError) -> Bool
}

/// Writes API keys.
public protocol APIKeyWriter {
    /// Gives a user this one pair in place of any former one.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func replaceAPIKey(of user: UserID, with key: StoredAPIKey) throws(MusterError)

    /// Takes a user's pair away; does nothing if there is none.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func removeAPIKey(of user: UserID) throws(MusterError)

    /// Notes when users' keys were last used; later moments win.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func noteKeyUse(_ uses: [UserID: Timestamp]) throws(MusterError)
}
