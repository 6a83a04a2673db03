/// A user who has a password, and what is judged of that without its hash.
public struct PasswordHolder: Sendable {
    /// Whose it is.
    public let owner: User
    /// Whether the password has to be changed at the next login.
    public let isTemporary: Bool
    /// When it was set, or when all that it had opened was ended since.
    public let changedAt: Timestamp
    /// Whether the owner has an app or a passkey.
    public let hasFactor: Bool

    /// Builds the answer.
    public init(owner: User, isTemporary: Bool, changedAt: Timestamp, hasFactor: Bool) {
        self.owner = owner
        self.isTemporary = isTemporary
        self.changedAt = changedAt
        self.hasFactor = hasFactor
    }
}
