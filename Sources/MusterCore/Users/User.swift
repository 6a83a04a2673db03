public import FoundationEssentials
import TextBytes

/// Somebody the directory knows: one model for every dialect.
public struct User: Sendable, Equatable {
    /// The number: from 2 upwards, never reused.
    public let id: UserID
    /// The second, unguessable identity: version 4, lower case where shown.
    public let uuid: UUID
    /// The login name, unique without regard to ASCII case.
    public var username: Username
    /// The human-readable name; nil if none was given.
    public var name: String?
    /// The e-mail address; nil if none was given.
    public var email: String?
    /// What the user may do in the Tenable dialect.
    public var role: Role
    /// What the user may do in the ActiveLogic dialect.
    public var masks: Masks
    /// Where the user may come from; empty means from anywhere.
    public var hosts: AllowedNetworks
    /// How long the user may be idle before a session ends or a key rests; zero means for ever.
    public var inactivityTimeout: Duration
    /// Whether the user may come in at all.
    public var isEnabled: Bool
    /// From when on the user may not come in at all; nil if the account does not expire.
    public var expiresAt: Timestamp?
    /// What administrators of users have written about the user, for themselves; nil if nothing.
    public var note: String?
    /// Which sign-in methods the user may use.
    public var authorizations: Authorizations
    /// How the user proves itself a second time.
    public var secondFactor: SecondFactor
    /// What happened when the password was tried.
    public var logins: LoginRecord
    /// When the user's API keys were last used; nil if never.
    public var lastKeyUse: Timestamp?
    /// The groups the user was put into, without the built-in one, in order of their number.
    public var groups: [UUID]
    /// How many factors the user has set up; nil if that was not asked for (``UserQuery/readsFactors``).
    public var factors: FactorCounts?
    /// What there is beside; nil if that is not known (``UserParts/holdings``).
    public var holdings: UserHoldings?
    /// When the user was made.
    public var createdAt: Timestamp
    /// When the user, what is known of it or its public keys were changed last, not counting its logins, password, API keys and
    /// groups.
    public var changedAt: Timestamp

    /// Builds a user; stores and tests do, everybody else asks ``UserService``.
    public init(
        id: UserID,
        uuid: UUID,
        draft: UserDraft,
        at now: Timestamp = Timestamp(rawValue: 0)
    ) {
        self.init(
            id: id,
            uuid: uuid,
            username: draft.username,
            name: draft.name,
            email: draft.email,
            role: draft.role,
            masks: draft.masks,
            hosts: draft.hosts,
            inactivityTimeout: draft.inactivityTimeout,
            isEnabled: draft.isEnabled,
            expiresAt: draft.expiresAt,
            note: draft.note,
            authorizations: draft.authorizations,
            createdAt: now,
            changedAt: now
        )
    }

    /// Builds a user of all that is known of it, as a store has read it.
    ///
    /// One that was built of less and changed then would be copied once more, for each user of a list, and so would one that is
    /// built out of the stores' sight.
    @inlinable @inline(__always)
    public init(
        id: UserID,
        uuid: UUID,
        username: Username,
        name: String?,
        email: String?,
        role: Role,
        masks: Masks,
        hosts: AllowedNetworks,
        inactivityTimeout: Duration,
        isEnabled: Bool,
        expiresAt: Timestamp?,
        note: String?,
        authorizations: Authorizations,
        secondFactor: SecondFactor = SecondFactor(),
        logins: LoginRecord = LoginRecord(),
        lastKeyUse: Timestamp? = nil,
        groups: [UUID] = [],
        factors: FactorCounts? = nil,
        holdings: UserHoldings? = nil,
        createdAt: Timestamp,
        changedAt: Timestamp
    ) {
        self.id = id
        self.uuid = uuid
        self.username = username
        self.name = name
        self.email = email
        self.role = role
        self.masks = masks
        self.hosts = hosts
        self.inactivityTimeout = inactivityTimeout
        self.isEnabled = isEnabled
        self.expiresAt = expiresAt
        self.note = note
        self.authorizations = authorizations
        self.secondFactor = secondFactor
        self.logins = logins
        self.lastKeyUse = lastKeyUse
        self.groups = groups
        self.factors = factors
        self.holdings = holdings
        self.createdAt = createdAt
        self.changedAt = changedAt
    }

    /// The name to show: the username where none was given.
    public var displayName: String { name ?? username.text }

    /// The e-mail address to show: the username where none was given.
    public var displayEmail: String { email ?? username.text }

    /// Whether both are the same in all that is known of them, texts compared as bytes: another spelling of the same characters is
    /// another address, and the writer compares users for everybody.
    public static func == (left: User, right: User) -> Bool {
        left.id == right.id && left.uuid == right.uuid && left.username == right.username
            && left.name.hasSameBytes(as: right.name) && left.email.hasSameBytes(as: right.email)
            && left.note.hasSameBytes(as: right.note) && left.hasSameState(as: right)
    }

    /// Whether all that is no text is the same.
    private func hasSameState(as other: User) -> Bool {
        role == other.role && masks == other.masks && hosts == other.hosts && logins == other.logins
            && inactivityTimeout == other.inactivityTimeout && isEnabled == other.isEnabled
            && expiresAt == other.expiresAt && authorizations == other.authorizations
            && secondFactor == other.secondFactor && holdings == other.holdings
            && lastKeyUse == other.lastKeyUse && groups == other.groups && factors == other.factors
            && createdAt == other.createdAt && changedAt == other.changedAt
    }
}
