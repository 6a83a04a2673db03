extension MusterError.Code {
    /// No credentials were presented.
    public static let credentialsMissing: Self = "credentials.missing"
    /// The credentials presented sign nobody in: unknown, wrong, disabled, locked or from elsewhere.
    public static let credentialsInvalid: Self = "credentials.invalid"
    /// The session ran out, by inactivity or by age.
    public static let sessionExpired: Self = "session.expired"
    /// The password has to be changed before anything else.
    public static let passwordChangeRequired: Self = "password.change_required"
    /// The caller's role does not allow this.
    public static let insufficientScope: Self = "access.insufficient_scope"
    /// The caller may not act as the user named.
    public static let impersonationRefused: Self = "access.impersonation_refused"
    /// The change would leave no enabled administrator.
    public static let lastAdministrator: Self = "access.last_administrator"
    /// The caller may not do this to the account it uses.
    public static let ownAccount: Self = "access.own_account"
    /// No such session.
    public static let sessionNotFound: Self = "session.not_found"
    /// No such user.
    public static let userNotFound: Self = "user.not_found"
    /// The login name is taken.
    public static let userAlreadyExists: Self = "user.already_exists"
    /// An import was given up because of lines that cannot be taken.
    public static let importStopped: Self = "import.stopped"
    /// The login name's domain is not among the approved ones.
    public static let userUnapprovedDomain: Self = "user.unapproved_domain"
    /// The text is no login name.
    public static let usernameInvalid: Self = "user.username_invalid"
    /// The successor named may not take over.
    public static let successorRefused: Self = "user.successor_refused"
    /// The user cannot be deleted, whoever asks.
    public static let userUndeletable: Self = "user.undeletable"
    /// A name and a password do not belong together, or may not be used from there.
    public static let loginFailed: Self = "login.failed"
    /// The caller would give away, or take over, more than it holds.
    public static let escalation: Self = "access.escalation"
    /// The public key is malformed, weak or of a kind that is not taken.
    public static let sshKeyInvalid: Self = "ssh_key.invalid"
    /// The user has as many public keys as it may have.
    public static let sshKeyTooMany: Self = "ssh_key.too_many"
    /// The user does not have this public key.
    public static let sshKeyNotFound: Self = "ssh_key.not_found"
    /// A value is of the wrong JSON type.
    public static let inputType: Self = "input.type"
    /// Another session has changed users since the revision named.
    public static let revisionChanged: Self = "revision.changed"
    /// The new password breaks the policy.
    public static let passwordPolicy: Self = "password.policy"
    /// The current password given is wrong.
    public static let currentPasswordInvalid: Self = "password.current_invalid"
    /// No such group.
    public static let groupNotFound: Self = "group.not_found"
    /// The group's name is taken.
    public static let groupAlreadyExists: Self = "group.already_exists"
    /// The group still has members.
    public static let groupNotEmpty: Self = "group.not_empty"
    /// The built-in group cannot be changed.
    public static let groupImmutable: Self = "group.immutable"
    /// No such role.
    public static let roleNotFound: Self = "role.not_found"
    /// A value is missing, of the wrong type or out of range.
    public static let inputInvalid: Self = "input.invalid"
    /// The body is not what its format demands.
    public static let inputMalformed: Self = "input.malformed"
    /// A body that the call needs did not arrive.
    public static let inputBodyDropped: Self = "input.body_dropped"
    /// The verification code is wrong, used up or too old.
    public static let codeInvalid: Self = "code.invalid"
    /// A verification code is needed and was sent.
    public static let codeRequired: Self = "code.required"
    /// A verification code is needed, and the server sends none by the user's ways.
    public static let codeUndeliverable: Self = "code.undeliverable"
    /// The login that the handle named is over, or never was.
    public static let loginExpired: Self = "login.expired"
    /// No such factor.
    public static let factorNotFound: Self = "factor.not_found"
    /// The user has as many factors of the kind as it may have.
    public static let factorTooMany: Self = "factor.too_many"
    /// The authenticator's key is known already.
    public static let factorExists: Self = "factor.exists"
    /// The factor is the last of a user who must have one.
    public static let factorLast: Self = "factor.last"
    /// What the authenticator sent is not taken.
    public static let factorRefused: Self = "factor.refused"
    /// A second factor has to be set up before anything else.
    public static let enrolmentRequired: Self = "factor.enrolment_required"
    /// The caller has to prove again who it is.
    public static let confirmationRequired: Self = "factor.confirmation_required"
    /// Passkeys need a setting that the server does not have.
    public static let passkeysUnavailable: Self = "factor.passkeys_unavailable"
    /// No such path.
    public static let requestNotFound: Self = "request.not_found"
    /// The path is known, the method is not.
    public static let methodNotAllowed: Self = "request.method_not_allowed"
    /// The body is larger than the server takes.
    public static let bodyTooLarge: Self = "request.body_too_large"
    /// The header is larger than the server takes.
    public static let headerTooLarge: Self = "request.header_too_large"
    /// The body's media type is not one the call takes.
    public static let unsupportedMediaType: Self = "request.unsupported_media_type"
    /// The caller sent more requests than it may.
    public static let rateLimited: Self = "request.rate_limited"
    /// More work waits than the server takes on.
    public static let overloaded: Self = "server.overloaded"
    /// The store cannot be read or written.
    public static let storeUnavailable: Self = "store.unavailable"
    /// The store was made by a newer version.
    public static let storeTooNew: Self = "store.too_new"
    /// The directory exists already.
    public static let directoryInitialised: Self = "directory.initialised"
    /// The directory does not exist yet.
    public static let directoryMissing: Self = "directory.missing"
    /// A setting is unknown or out of range.
    public static let settingInvalid: Self = "setting.invalid"
    /// The server failed in a way that it should not.
    public static let serverInternal: Self = "server.internal"
}
