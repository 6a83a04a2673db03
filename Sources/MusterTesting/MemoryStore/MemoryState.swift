import MusterCore

/// The directory at one moment.
///
/// The ports' methods are in an extension a feature.
final class MemoryTransaction: DirectoryTransaction {
    var state: MemoryState
    private let before: Int64

    init(_ state: MemoryState) {
        self.state = state
        before = state.revision
    }

    /// Has the revision grow by one, however much of users the change changes.
    func growRevision() { state.revision = before + 1 }
}

/// Why and when a session ended.
struct SessionPast: Sendable {
    let end: SessionEnd
    let at: Timestamp
    let user: UserID
}

/// All that a directory holds.
struct MemoryState: Sendable {
    var identity: DirectoryIdentity?
    var revision: Int64 = 0
    var users: [UserID: User] = [:]
    var lastUser: Int64 = 1
    var passwords: [UserID: StoredPassword] = [:]
    /// Newest first.
    var formerPasswords: [UserID: [PasswordHash]] = [:]
    var apiKeys: [UserID: StoredAPIKey] = [:]
    var sessions: [[UInt8]: Session] = [:]
    var sessionEnds: [[UInt8]: SessionPast] = [:]
    /// In the order in which they were added.
    var sshKeys: [UserID: [StoredSSHKey]] = [:]
    var persons: [UserID: Person] = [:]
    var codes: [UserID: VerificationCode] = [:]
    var factors: [FactorID: Factor] = [:]
    var lastFactor: Int64 = 0
    var userHandles: [UserID: [UInt8]] = [:]
    var recoveryCodes: [[UInt8]: UserID] = [:]
    var factorFailures: [UserID: [CountedFactor: Int]] = [:]
    var ceremonies: [[UInt8]: Ceremony] = [:]
    /// In the order in which they were sent.
    var sentCodes: [SentCode] = []
    var loginSources: [UserID: [LoginSource: LoginSourceRecord]] = [:]
    var refusals: [RefusalKey: Int] = [:]
    /// The counts in these are not kept; they are taken from ``members``.
    var groups: [GroupID: Group] = [:]
    var lastGroup: Int64 = 1
    var members: [GroupID: Set<UserID>] = [:]
    var auditEvents: [AuditEvent] = []
}
