public import FoundationEssentials

/// What a directory knows of itself.
public struct DirectoryIdentity: Sendable, Equatable {
    /// The UUID that the Tenable dialect calls the container's.
    public let uuid: UUID
    /// When the directory was created.
    public let createdAt: Timestamp
    /// The administrator made with the directory, who cannot be deleted.
    public let owner: UserID

    /// Builds an identity.
    public init(uuid: UUID, createdAt: Timestamp, owner: UserID) {
        self.uuid = uuid
        self.createdAt = createdAt
        self.owner = owner
    }
}

/// Reads and creates the directory's identity.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol DirectoryIdentityReader {
    /// The identity; nil if the directory has not been created.
    func identity() throws(MusterError) -> DirectoryIdentity?

    /// A number that grows with every change of a user.
    func revision() throws(MusterError) -> Int64
}

/// Creates a directory.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol DirectoryIdentityWriter {
    /// Gives the directory its identity.
    ///
    /// - Throws: ``MusterError`` with code `directory.initialised` where it has one.
    func insertIdentity(_ identity: DirectoryIdentity) throws(MusterError)
}
