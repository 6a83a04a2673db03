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

    /// That a directory is being copied to where one was to be created.
    public static var copyIsBegun: MusterError {
        MusterError(
            .directoryInitialised,
            "A copy of a directory was begun there, and is not complete. The same muster store copy goes on with it. Nothing was "
                + "changed."
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

    /// Tells the caller, whose place in a queue somebody else has or who has left it, to come back in a second.
    ///
    /// - Parameters:
    ///   - message: What waits, and that it may be tried again in a second.
    ///   - cause: Why there was no place.
    /// - Returns: The error.
    public static func overloaded(_ message: String, because cause: any Error) -> MusterError {
        var error = overloaded(message, retryAfter: 1)
        error.cause = cause
        return error
    }
}
