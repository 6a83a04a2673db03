/// Who is calling, authenticated by which method and from where: the outcome of authentication.
public struct Principal: Sendable {
    /// By which method the caller was authenticated.
    public enum Method: Sendable {
        /// A pair of API keys: the public half, and the digest of the secret half that was presented.
        case apiKey(String, Digest)
        /// A session; the digest of its token.
        case session(Digest)
        /// A name and a password on a connection of LDAP: the user, and when the password was set that was right.
        case bind(UserID, passwordSetAt: Timestamp)
        /// A command on the files of a stopped directory; see ``LocalAdminToken``.
        case local
    }

    /// By which of its rights the caller administers.
    ///
    /// Each dialect asks for its own.
    public enum PermissionModel: Sendable {
        /// The role, as in the Tenable dialect.
        case role
        /// The bits of the masks, as in the ActiveLogic dialect. The role Administrator holds the rights, too.
        case masks
    }

    /// The user in whose name the call runs.
    public let user: User
    /// The administrator who acts in that user's name, if any.
    public let impersonator: User?
    /// The method of authentication.
    public let method: Method
    /// Where the call came from.
    public var origin: RequestSource
    /// By which of its rights the caller administers.
    public let permissionModel: PermissionModel
    /// What the dialect of the call holds its callers to.
    public let policy: DialectPolicy
    /// Whether the password that opened the session has to be changed before anything else.
    public let mustChangePassword: Bool
    /// Whether a second factor has to be set up before anything else.
    public let mustEnrolFactor: Bool

    /// Builds a principal; ``Authenticator`` does, after checking.
    public init(
        user: User,
        impersonator: User? = nil,
        method: Method,
        origin: RequestSource,
        permissionModel: PermissionModel = .role,
        policy: DialectPolicy = DialectPolicy(),
        mustChangePassword: Bool = false,
        mustEnrolFactor: Bool = false
    ) {
        self.user = user
        self.impersonator = impersonator
        self.method = method
        self.origin = origin
        self.permissionModel = permissionModel
        self.policy = policy
        self.mustChangePassword = mustChangePassword
        self.mustEnrolFactor = mustEnrolFactor
    }

    /// Whether the machine's own administrator calls, by a command on the data folder.
    ///
    /// Whoever may write to the files could change anything in them, so nothing is gained by refusing it a
    /// right, and a directory that has shut out its last administrator is opened again in this way.
    /// In somebody else's name it is no more than that user.
    var isMachine: Bool {
        guard case .local = method else { return false }
        return impersonator == nil
    }

    /// The role by which the caller's rights are decided.
    public var role: Role { isMachine ? .administrator : user.role }

    /// The masks by which the caller's rights are decided.
    var masks: Masks { isMachine ? .all : user.masks }

    /// The digest of the token of the session in use; nil for another method.
    public var sessionDigest: Digest? {
        guard case .session(let digest) = method else { return nil }
        return digest
    }

    /// Whether the caller may administer users, if its password is settled.
    public var isAdministrator: Bool {
        let hasBit = permissionModel == .masks && masks.canWrite(.users)
        return hasBit || role == .administrator
    }

    /// What a call needs its caller to be.
    enum Right: Sendable {
        /// Anybody who has come in.
        case any
        /// Anybody whose password need not be changed first.
        case permanentPassword
        /// Anybody who has nothing to set right first: neither a password to change nor a second factor to set up.
        case settledAccount
        /// Whoever may look at other users.
        case reader
        /// Whoever may administer users.
        case administrator
        /// Whoever has a role, or a higher one.
        case role(Role)
    }

    /// Refuses callers who do not have a right.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope` or `password.change_required`.
    func requireRight(_ right: Right) throws(MusterError) {
        switch right {
        case .any: break
        case .permanentPassword: try requireSettledPassword()
        case .settledAccount: try requireSettledAccount()
        case .reader: try requireReader()
        case .administrator: try requireAdministrator()
        case .role(let role): try require(role)
        }
    }

    /// Whether a user is the caller: itself, or the administrator who acts in another's name.
    func isOwn(_ user: User) -> Bool {
        user.id == self.user.id || user.id == impersonator?.id
    }

    /// Who acts, as the audit log names it: the administrator, if it acts in another's name.
    var actor: User { impersonator ?? user }

    /// Refuses callers who may not administer users.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope` or `password.change_required`.
    public func requireAdministrator() throws(MusterError) {
        switch permissionModel {
        case .role:
            try require(.administrator)
        case .masks:
            try requireSettledAccount()
            guard isAdministrator else { throw Principal.permissionDenied("Write on Users") }
        }
    }

    /// Refuses callers who may not look at other users.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope` or `password.change_required`.
    public func requireReader() throws(MusterError) {
        switch permissionModel {
        case .role:
            try require(.basic)
        case .masks:
            try requireSettledAccount()
            let mayRead = masks.canRead(.users) || role == .administrator
            guard mayRead else { throw Principal.permissionDenied("Read on Users") }
        }
    }

    /// Refuses callers who may not look at groups.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope` or `password.change_required`.
    func requireGroupReader() throws(MusterError) {
        guard permissionModel == .masks, masks.canRead(.users) else { return try require(.basic) }
        try requireSettledAccount()
    }

    private static func permissionDenied(_ right: String) -> MusterError {
        MusterError(.insufficientScope, "permission denied", details: ["required_right": right])
    }

    /// Refuses callers who came in with a temporary password.
    ///
    /// - Throws: ``MusterError`` with code `password.change_required`.
    public func requireSettledPassword() throws(MusterError) {
        guard !mustChangePassword else {
            throw MusterError(
                .passwordChangeRequired,
                "The password is temporary. Change it with PUT /session/chpasswd first."
            )
        }
    }

    /// Refuses callers who came in with a temporary password, or have to set up a second factor first.
    ///
    /// - Throws: ``MusterError`` with code `password.change_required` or `factor.enrolment_required`.
    public func requireSettledAccount() throws(MusterError) {
        try requireSettledPassword()
        guard !mustEnrolFactor else {
            throw MusterError(
                .enrolmentRequired,
                "Set up a second factor with POST /muster/v1/factors/totp or /muster/v1/factors/webauthn first."
            )
        }
    }

    /// Refuses callers whose role is below `role`, whose password is temporary, or who have to set up a second factor.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required` or
    ///   `factor.enrolment_required`.
    public func require(_ role: Role) throws(MusterError) {
        try requireSettledAccount()
        guard self.role >= role else {
            throw MusterError(
                .insufficientScope,
                "Insufficient scope",
                details: ["required_role": role.name]
            )
        }
    }
}

/// Where a call came from.
public struct RequestSource: Sendable {
    /// The peer's address; nil if there is none, as for a command on the machine itself.
    public var address: IPAddress?
    /// The number of the request, 32 hexadecimal digits, that the caller also sees.
    public var requestID: String
    /// What a change depends on; nil if on nothing, and nobody asks what it has led to.
    public var condition: RevisionCondition?

    /// Builds a source.
    public init(address: IPAddress?, requestID: String, condition: RevisionCondition? = nil) {
        self.address = address
        self.requestID = requestID
        self.condition = condition
    }
}
