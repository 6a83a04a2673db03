/// A public key of a user, as it is kept.
public struct StoredSSHKey: Sendable, Equatable {
    /// The key.
    public let key: SSHPublicKey
    /// `SHA256:` and the base64 of the blob's SHA-256 without padding, as `ssh-keygen -l` shows it.
    public let fingerprint: String
    /// When it was added.
    public let addedAt: Timestamp

    /// Builds a record.
    public init(key: SSHPublicKey, fingerprint: String, addedAt: Timestamp) {
        self.key = key
        self.fingerprint = fingerprint
        self.addedAt = addedAt
    }
}

/// Reads public keys.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol SSHKeyReader {
    /// A user's keys, in the order in which they were added.
    func sshKeys(of user: UserID) throws(MusterError) -> [StoredSSHKey]
}

/// Writes public keys.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol SSHKeyWriter {
    /// Gives a user a key; does nothing where it has it. Answers whether anything changed.
    func addSSHKey(_ key: StoredSSHKey, to user: UserID) throws(MusterError) -> Bool

    /// Takes a key from a user. Answers whether the user had it.
    func removeSSHKey(fingerprint: String, from user: UserID) throws(MusterError) -> Bool
}
