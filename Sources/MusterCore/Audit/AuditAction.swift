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
