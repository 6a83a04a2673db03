/// Reads passwords.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol PasswordReader {
    /// What is kept of a user's password; nil if the user has none.
    func password(of user: UserID) throws(MusterError) -> StoredPassword?

    /// A user with what is judged of its password once it has been right; nil if there is no such user, or it has no
    /// password.
    ///
    /// Every operation on a connection that was bound with a password asks this, so it is one look-up.
    func passwordHolder(_ user: UserID) throws(MusterError) -> PasswordHolder?

    /// The hashes of the user's former passwords, newest first, at most ``PasswordPolicy/historyLength``.
    func formerPasswords(of user: UserID) throws(MusterError) -> [PasswordHash]

    /// The present hashes of all users, in the order of their numbers: at most `limit`, of users after one.
    func passwordHashes(
        after user: UserID?,
        limit: Int
    ) throws(MusterError) -> [(user: UserID, hash: PasswordHash)]
}

/// Writes passwords.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol PasswordWriter {
    /// Gives a user a new password and keeps the hash of the former one.
    func replacePassword(of user: UserID, with password: StoredPassword) throws(MusterError)

    /// Gives a user's password another moment; does nothing if there is none.
    func stampPassword(of user: UserID, at moment: Timestamp) throws(MusterError)

    /// Puts a newer hash of the same password in place of `former`; does nothing if that is gone.
    func rehashPassword(
        of user: UserID,
        from former: PasswordHash,
        to hash: PasswordHash
    ) throws(MusterError)
}
