/// What may be changed of a user, in either dialect.
///
/// Nil leaves a value as it is.
public struct UserChanges: Sendable {
    /// The login name.
    public var username: Username?
    /// The role.
    public var role: Role?
    /// The name; empty clears it.
    public var name: String?
    /// The e-mail address; empty clears it.
    public var email: String?
    /// Whether the user may come in.
    public var isEnabled: Bool?
    /// From when on the user may not come in any more.
    public var expiry: Expiry?
    /// What administrators write about the user; empty clears it.
    public var note: String?
    /// The read bits.
    public var readMask: Int64?
    /// The write bits.
    public var writeMask: Int64?
    /// The liveview bits.
    public var liveviewMask: Int64?
    /// Where the user may come from; empty means from anywhere.
    public var hosts: AllowedNetworks?
    /// The inactivity timeout in whole seconds, 0 to 2^31-1; zero means never.
    public var inactivityTimeout: Duration?
    /// Whether API keys are accepted.
    public var isAPIPermitted: Bool?
    /// Whether the password is accepted.
    public var isPasswordPermitted: Bool?
    /// Whether single sign-on is accepted.
    public var isSAMLPermitted: Bool?
    /// Whether the user is asked to set up a second factor.
    public var requiresSecondFactorEnrolment: Bool?
    /// A new password.
    public var password: Secret<String>?
    /// The caller's own password, for changes of one's own account that need it.
    public var currentPassword: Secret<String>?

    /// Begins a set of changes in which nothing changes.
    public init() {}
}

extension UserChanges {
    /// Refuses changes of anything but a name and an address, which is what users change of themselves.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`.
    func requireContactAlone() throws(MusterError) {
        let isOther =
            username != nil || role != nil || isEnabled != nil || expiry != nil || note != nil
            || readMask != nil || writeMask != nil || liveviewMask != nil || hosts != nil
            || inactivityTimeout != nil || isAPIPermitted != nil || isPasswordPermitted != nil
            || isSAMLPermitted != nil || requiresSecondFactorEnrolment != nil
        guard !isOther else { throw UserChanges.notOwn }
    }

    /// The refusal of a change that users do not make of themselves.
    static var notOwn: MusterError {
        MusterError(
            .insufficientScope,
            "You can change your own name and addresses; for anything else ask an administrator."
        )
    }
}

extension UserDraft {
    /// A user who has the defaults of every dialect but for these changes.
    ///
    /// A new name and a password among them are passed over.
    public init(username: Username, applying changes: UserChanges) {
        var changes = changes
        changes.username = nil
        let plain = User(
            id: UserID(rawValue: 0),
            uuid: Group.everyoneUUID,
            draft: UserDraft(username: username)
        )
        self.init(plain.applying(changes))
    }

    /// A user without what the directory gives and learns.
    public init(_ user: User) {
        self.init(
            username: user.username,
            name: user.name,
            email: user.email,
            role: user.role,
            masks: user.masks,
            hosts: user.hosts,
            inactivityTimeout: user.inactivityTimeout
        )
        isEnabled = user.isEnabled
        expiresAt = user.expiresAt
        note = user.note
        authorizations = user.authorizations
    }
}
