/// What is known of a user before the directory has given it an identity.
public struct UserDraft: Sendable, Equatable {
    /// The login name.
    public var username: Username
    /// The human-readable name.
    public var name: String?
    /// The e-mail address.
    public var email: String?
    /// The role; Basic where a dialect does not say.
    public var role: Role
    /// The masks; zero where a dialect does not say.
    public var masks: Masks
    /// The hosts; anywhere where a dialect does not say.
    public var hosts: AllowedNetworks
    /// The inactivity timeout in whole seconds, 0 to 2^31-1; zero means never.
    public var inactivityTimeout: Duration
    /// Whether the user may come in.
    public var isEnabled = true
    /// From when on the user may not come in; nil for never, 0 to ``Expiry/last``.
    public var expiresAt: Timestamp?
    /// What administrators write about the user, ``ContactRules/maximumNoteBytes`` at most.
    public var note: String?
    /// Which sign-in methods are permitted.
    public var authorizations = Authorizations()

    /// Builds a draft; all but the name have the defaults of a user made by the other dialect.
    public init(
        username: Username,
        name: String? = nil,
        email: String? = nil,
        role: Role = .basic,
        masks: Masks = Masks(),
        hosts: AllowedNetworks = AllowedNetworks(),
        inactivityTimeout: Duration = .zero
    ) {
        self.username = username
        self.name = name
        self.email = email
        self.role = role
        self.masks = masks
        self.hosts = hosts
        self.inactivityTimeout = inactivityTimeout
    }
}
