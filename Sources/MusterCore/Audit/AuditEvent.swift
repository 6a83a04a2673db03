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

/// The name of what happened, in the hosted service's words where it has one.
public struct AuditAction: RawRepresentable, Hashable, Sendable {
    /// The name.
    public let rawValue: String

    /// Wraps a name.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A user was created.
    public static let userCreate = AuditAction(rawValue: "user.create")
    /// A user was changed; the fields name what.
    public static let userUpdate = AuditAction(rawValue: "user.update")
    /// A user was deleted.
    public static let userDelete = AuditAction(rawValue: "user.delete")
    /// All users were read, to be kept elsewhere.
    public static let userExport = AuditAction(rawValue: "user.export")
    /// An administrator began to act in a user's name.
    public static let impersonationStart = AuditAction(rawValue: "user.impersonation.start")
    /// An administrator has stopped acting in a user's name.
    public static let impersonationEnd = AuditAction(rawValue: "user.impersonation.end")
    /// A session began.
    public static let sessionCreate = AuditAction(rawValue: "session.create")
    /// A session was ended.
    public static let sessionDelete = AuditAction(rawValue: "session.delete")
    /// A password was checked at login.
    public static let authenticatePassword = AuditAction(rawValue: "user.authenticate.password")
    /// A verification code was checked at login.
    public static let authenticateCode = AuditAction(rawValue: "user.authenticate.mfa")
    /// A verification code was not sent because too many were, or was answered wrongly.
    public static let codeRefused = AuditAction(rawValue: "code.refused")
    /// A user logged out.
    public static let logout = AuditAction(rawValue: "user.logout")
    /// A group was created.
    public static let groupCreate = AuditAction(rawValue: "group.create")
    /// A group was changed, or its members were.
    public static let groupUpdate = AuditAction(rawValue: "group.update")
    /// A group was deleted.
    public static let groupDelete = AuditAction(rawValue: "group.delete")
    /// A backup was made; the event stands in the backup.
    public static let directoryBackup = AuditAction(rawValue: "directory.backup")
    /// The directory was restored from a backup.
    public static let directoryRestore = AuditAction(rawValue: "directory.restore")

    /// A message with a code or a notice reached whoever carries it to its user, or did not.
    public static let messageDeliver = AuditAction(rawValue: "message.deliver")

    /// All of them.
    public static let all = [
        userCreate, userUpdate, userDelete, userExport, impersonationStart, impersonationEnd,
        sessionCreate, sessionDelete, authenticatePassword, authenticateCode, codeRefused, logout,
        groupCreate, groupUpdate, groupDelete, directoryBackup, directoryRestore,
        messageDeliver,
    ]
}

/// Which events to read.
public struct AuditQuery: Sendable {
    /// One condition.
    public enum Condition: Sendable, Equatable {
        /// At a moment compared with this one.
        case date(Comparison, Timestamp)
        /// From this moment on, up to but not including the other.
        case during(Timestamp, Timestamp)
        /// By this actor.
        case actor(UUID)
        /// By a user who had this login name then, without regard to ASCII case, or who has it now.
        case actorName(String)
        /// To this target.
        case target(UUID)
        /// To a user who had this login name then, without regard to ASCII case, or who has it now.
        ///
        /// Whoever has been deleted is found by the name that the log has kept.
        case targetName(String)
        /// Of this name.
        case action(String)
    }

    /// How moments are compared.
    public enum Comparison: Sendable {
        /// Before.
        case less
        /// Before or at.
        case lessOrEqual
        /// After.
        case greater
        /// After or at.
        case greaterOrEqual
    }

    /// The most events one answer holds.
    public static let maximumLimit = 10_000

    /// The conditions.
    public var conditions: [Condition]
    /// Whether one of the conditions is enough.
    public var matchesAny: Bool
    /// The most events to return.
    public var limit: Int
    /// How many events to pass over.
    public var offset: Int
    /// Whether the newest come first.
    public var isNewestFirst: Bool

    /// Builds a query; the hosted service's defaults unless said otherwise.
    public init(
        conditions: [Condition] = [],
        matchesAny: Bool = false,
        limit: Int = 50,
        offset: Int = 0,
        isNewestFirst: Bool = false
    ) {
        self.conditions = conditions
        self.matchesAny = matchesAny
        self.limit = limit
        self.offset = offset
        self.isNewestFirst = isNewestFirst
    }
}

/// Where an event stands in the audit log, which only grows.
public struct AuditPosition: Sendable, Equatable {
    /// Later events have greater ones.
    public let rawValue: Int64

    /// Takes a position that the store has given.
    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }
}

/// Some events, and where the last of them stands.
public struct AuditPage: Sendable {
    /// The events.
    public let events: [AuditEvent]
    /// Where the last one stands; nil if there are none.
    public let end: AuditPosition?

    /// Builds a page.
    public init(events: [AuditEvent], end: AuditPosition?) {
        self.events = events
        self.end = end
    }
}

extension AuditReader {
    /// The events that a query asks for.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func auditEvents(_ query: AuditQuery) throws(MusterError) -> [AuditEvent] {
        try auditPage(query, after: nil).events
    }
}
