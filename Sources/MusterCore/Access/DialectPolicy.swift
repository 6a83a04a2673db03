/// What a dialect holds its callers to beside their rights.
public struct DialectPolicy: Sendable, Equatable {
    /// Who is shown a user.
    public enum Viewers: Sendable {
        /// Administrators alone; nobody else, not even the user itself, asks for a user by its number or name.
        case administrators
        /// Whoever has the Read of Users, and the user itself.
        case readersAndOneself
    }

    /// Whether the login name of a new user has to be in an approved domain.
    public let requiresApprovedDomain: Bool
    /// Who is shown a user.
    public let viewers: Viewers

    /// What the audit log calls the dialect beside each change; nil if it says nothing of it.
    public let auditName: String?

    /// Builds a policy; the strictest one, unless it is said otherwise.
    public init(
        requiresApprovedDomain: Bool = true,
        viewers: Viewers = .administrators,
        auditName: String? = nil
    ) {
        self.requiresApprovedDomain = requiresApprovedDomain
        self.viewers = viewers
        self.auditName = auditName
    }
}
