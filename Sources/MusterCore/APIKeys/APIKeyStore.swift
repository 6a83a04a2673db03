/// Reads API keys.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol APIKeyReader {
    /// The owner of an access key, and what is kept of the pair; nil if there is none.
    func apiKey(_ accessKey: String) throws(MusterError) -> (owner: User, key: StoredAPIKey)?

    /// Whether a user has a pair of keys.
    func hasAPIKey(_ user: UserID) throws(MusterError) -> Bool
}

/// Writes API keys.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol APIKeyWriter {
    /// Gives a user this one pair in place of any former one.
    func replaceAPIKey(of user: UserID, with key: StoredAPIKey) throws(MusterError)

    /// Takes a user's pair away; does nothing if there is none.
    func removeAPIKey(of user: UserID) throws(MusterError)

    /// Notes when users' keys were last used; later moments win.
    func noteKeyUse(_ uses: [UserID: Timestamp]) throws(MusterError)
}
