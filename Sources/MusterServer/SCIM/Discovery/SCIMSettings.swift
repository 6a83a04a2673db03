import SCIMAPI

/// What SCIM shows, and to whom.
public struct SCIMSettings: Sendable {
    /// Whether those who have not come in are told what the service can do.
    public var publicDiscovery: Bool
    /// Whether public keys are shown and taken.
    public var sshKeys: Bool

    /// Builds the settings; the defaults are those of the program.
    public init(publicDiscovery: Bool = true, sshKeys: Bool = false) {
        self.publicDiscovery = publicDiscovery
        self.sshKeys = sshKeys
    }

    /// What users are.
    var users: SCIMResourceType { sshKeys ? .userWithKeys : .user }

    /// Every kind of resource.
    var kinds: [SCIMResourceType] { [users, .group] }

    /// The schemas of all of them.
    var schemas: [SCIMSchema] { SCIMSchema.all(withKeys: sshKeys) }
}
