public import FoundationEssentials

/// Somebody or something an event speaks of, as it was named at that time.
public struct AuditParty: Sendable, Equatable {
    /// The kinds of parties.
    public enum Kind: String, Sendable {
        /// A user.
        case user = "User"
        /// A group.
        case group = "Group"
    }

    /// The kind.
    public let kind: Kind
    /// The UUID; nil if the name names nobody.
    public let uuid: UUID?
    /// The name at that time.
    public let name: String

    /// Builds a party.
    public init(kind: Kind = .user, uuid: UUID?, name: String) {
        self.kind = kind
        self.uuid = uuid
        self.name = name
    }

    /// A user.
    public init(_ user: User) {
        self.init(kind: .user, uuid: user.uuid, name: user.username.text)
    }

    /// A group.
    public init(_ group: Group) {
        self.init(kind: .group, uuid: group.uuid, name: group.name)
    }
}

/// One thing more that an event says.
///
/// Never a secret.
public struct AuditField: Sendable, Equatable {
    /// What it is.
    public let key: String
    /// Its value.
    public let value: String

    /// Builds a field.
    public init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }
}

/// Something that happened: who did what to whom, from where and when.
public struct AuditEvent: Sendable, Equatable {
    /// 32 lower-case hexadecimal digits.
    public let id: String
    /// When.
    public let at: Timestamp
    /// What.
    public let action: AuditAction
    /// Whether it was refused.
    public let isFailure: Bool
    /// Who; nil for somebody who proved no identity.
    public let actor: AuditParty?
    /// In whose name, where an administrator impersonated.
    public let impersonated: AuditParty?
    /// From where; nil for a command on the machine itself.
    public let address: String?
    /// The number of the request.
    public let requestID: String
    /// To whom.
    public let target: AuditParty?
    /// What else there is to say.
    public let fields: [AuditField]

    /// Builds an event.
    public init(
        id: String,
        at: Timestamp,
        action: AuditAction,
        isFailure: Bool,
        actor: AuditParty?,
        impersonated: AuditParty?,
        address: String?,
        requestID: String,
        target: AuditParty?,
        fields: [AuditField]
    ) {
        self.id = id
        self.at = at
        self.action = action
        self.isFailure = isFailure
        self.actor = actor
        self.impersonated = impersonated
        self.address = address
        self.requestID = requestID
        self.target = target
        self.fields = fields
    }
}
