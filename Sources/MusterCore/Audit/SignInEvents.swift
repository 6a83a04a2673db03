/// How sign-ins have gone, as the audit log has it.
public struct SignInEvents: Sendable {
    /// What is a part of a sign-in: a session that began, a password and a code that were checked.
    static let actions: [AuditAction] = [.sessionCreate, .authenticatePassword, .authenticateCode]

    /// The events, newest first within each kind.
    public let events: [AuditEvent]
    /// Whether there may be more of a kind than were read.
    public let isPartial: Bool
    /// When the server made a backup last; nil if the log has none.
    ///
    /// A command that makes a backup of the files writes that into the backup alone.
    public let lastBackup: Timestamp?
}
