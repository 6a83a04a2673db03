/// The one error of the directory: what went wrong, in words a stranger may read, and for whom.
public struct MusterError: Error, Sendable {
    /// A stable name for a kind of failure, `noun.reason`.
    ///
    /// Open: a newer server may know more.
    public struct Code: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
        /// The name.
        public let rawValue: String

        /// Wraps a name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// Wraps a literal name.
        public init(stringLiteral value: String) {
            rawValue = value
        }
    }

    /// What kind of failure this is.
    public var code: Code

    /// One sentence for the caller.
    ///
    /// Never a secret, never SQL.
    public var message: String

    /// More for programs, safe to log and to send: `field`, `rule`, `retry_after_seconds`.
    public var details: [String: String]

    /// The failure below, for operators only; never sent.
    public var cause: (any Error)?

    /// What the caller may go on with, told to it alone; nil for nearly every error.
    public var challenge: LoginChallenge?

    /// Builds an error.
    public init(
        _ code: Code,
        _ message: String,
        details: [String: String] = [:],
        cause: (any Error)? = nil,
        challenge: LoginChallenge? = nil
    ) {
        self.challenge = challenge
        self.code = code
        self.message = message
        self.details = details
        self.cause = cause
    }
}

extension MusterError: CustomStringConvertible {
    /// The code and the message.
    public var description: String { "\(code.rawValue): \(message)" }
}

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

extension MusterError {
    /// The one answer to every failed attempt to prove an identity.
    public static var invalidCredentials: MusterError {
        MusterError(.credentialsInvalid, "Invalid credentials.")
    }

    /// The answer to whoever would create a directory where one is.
    public static var isInitialised: MusterError {
        MusterError(
            .directoryInitialised,
            "The directory is initialised already. Nothing was changed."
        )
    }

    /// The answer to a token that was good once.
    public static func sessionIsOver(_ end: SessionEnd) -> MusterError {
        MusterError(
            .sessionExpired,
            "The session is over. Log in again.",
            details: ["reason": end.rawValue]
        )
    }

    /// The answer to a reference that names no user.
    public static var noSuchUser: MusterError {
        MusterError(.userNotFound, "The user does not exist.")
    }

    /// The answer to a login name that somebody has.
    public static var duplicateUsername: MusterError {
        MusterError(.userAlreadyExists, "Duplicate username")
    }

    /// The answer to a passkey that somebody has.
    public static var passkeyIsKnown: MusterError {
        MusterError(.factorExists, "This passkey is registered already.")
    }

    /// A value that fails its rule; `field` is the name the caller used.
    ///
    /// - Parameters:
    ///   - field: The field's name.
    ///   - message: What is wrong, as a sentence of its own.
    ///   - rule: The same as it is said after the field's name, for whoever calls the field something else; nil if no
    ///     dialect has a field of this name.
    /// - Returns: The error.
    public static func invalid(
        _ field: String,
        _ message: String,
        rule: String? = nil
    ) -> MusterError {
        MusterError(.inputInvalid, message).at(field, rule)
    }

    /// A value that fails a rule, which is said after the field's name: `is required`.
    public static func invalid(_ field: String, rule: String) -> MusterError {
        .invalid(field, "\"\(field)\" \(rule)", rule: rule)
    }

    /// The error with the field at fault, and what is wrong with it, as it is said after the field's name.
    public func at(_ field: String, _ rule: String?) -> MusterError {
        var error = self
        error.details["field"] = field
        error.details["rule"] = rule
        return error
    }

    /// Tells the caller that it did something too often; `message` need not say for how long to wait.
    public static func rateLimited(
        _ message: String,
        retryAfter wait: Duration,
        for trouble: Trouble? = nil
    ) -> MusterError {
        MusterError(
            .rateLimited,
            message,
            details: ["retry_after_seconds": "\(wait.wholeSecondsUp)"],
            cause: trouble
        )
    }

    /// Tells the caller to come back after `seconds`.
    public static func overloaded(
        _ message: String,
        retryAfter seconds: Int,
        for trouble: Trouble? = nil
    ) -> MusterError {
        MusterError(
            .overloaded,
            message,
            details: ["retry_after_seconds": "\(seconds)"],
            cause: trouble
        )
    }
}
