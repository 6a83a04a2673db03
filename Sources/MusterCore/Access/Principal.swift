/// Who is calling, authenticated by which method and from where: the outcome of authentication.
public struct Principal: Sendable {
    /// By which method the caller was authenticated.
    public enum Method: Sendable {
        /// A pair of API keys: the public half, and the digest of the secret half that was presented.
        case apiKey(String, Digest)
        /// A session; the digest of its token.
        case session(Digest)
        /// A name and a password on a connection of LDAP: the user, and when the password was set that was right, or what
        /// it had opened was ended last.
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

    /// What authentication has found: in one piece of memory, since a caller is handed on many times in a call, and two users are
    /// much to copy.
    @usableFromInline
    final class Facts: Sendable {
        @usableFromInline let user: User
        @usableFromInline let impersonator: User?
        @usableFromInline let method: Method
        let permissionModel: PermissionModel
        let policy: DialectPolicy
        let mustChangePassword: Bool
        let mustEnrolFactor: Bool

        init(
            _ user: User,
            _ impersonator: User?,
            _ method: Method,
            _ permissionModel: PermissionModel,
            _ policy: DialectPolicy,
            mustChangePassword: Bool,
            mustEnrolFactor: Bool
        ) {
            self.user = user
            self.impersonator = impersonator
            self.method = method
            self.permissionModel = permissionModel
            self.policy = policy
            self.mustChangePassword = mustChangePassword
            self.mustEnrolFactor = mustEnrolFactor
        }
    }

    @usableFromInline let facts: Facts
    /// Where the call came from.
    public var origin: RequestSource
    /// The connection on which the caller has bound; nil for calls of other kinds.
    public internal(set) var connection: BoundConnection?

    /// The user in whose name the call runs.
    @inlinable public var user: User { facts.user }
    /// The administrator who acts in that user's name, if any.
    @inlinable public var impersonator: User? { facts.impersonator }
    /// The method of authentication.
    @inlinable public var method: Method { facts.method }
    /// By which of its rights the caller administers.
    public var permissionModel: PermissionModel { facts.permissionModel }
    /// What the dialect of the call holds its callers to.
    public var policy: DialectPolicy { facts.policy }
    /// Whether the password that opened the session has to be changed before anything else.
    public var mustChangePassword: Bool { facts.mustChangePassword }
    /// Whether a second factor has to be set up before anything else.
    public var mustEnrolFactor: Bool { facts.mustEnrolFactor }

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
        facts = Facts(
            user,
            impersonator,
            method,
            permissionModel,
            policy,
            mustChangePassword: mustChangePassword,
            mustEnrolFactor: mustEnrolFactor
        )
        self.origin = origin
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

    /// Whether a user is the caller: itself, or the administrator who acts in another's name.
    func isOwn(_ user: User) -> Bool {
        user.id == self.user.id || user.id == impersonator?.id
    }

    /// Who acts, as the audit log names it: the administrator, if it acts in another's name.
    var actor: User { impersonator ?? user }

    /// Whose places and turns a call takes: those of whoever acts, and of nobody in whose name that is.
    public var payer: UserID { actor.id }
}
