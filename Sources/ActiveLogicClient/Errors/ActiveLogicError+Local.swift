import ClientTransport

/// The failures that this library finds itself.
extension ActiveLogicError {
    static var connectionClosed: ActiveLogicError {
        ActiveLogicError(.pldbIOError, "connection_closed", "The connection is closed.")
    }

    static var cancelled: ActiveLogicError {
        ActiveLogicError(.pldbIOError, "cancelled", "The task was cancelled.")
    }

    /// The manual's sentence for a server that does not change passwords in this way.
    static var changeUserPasswordUnsupported: ActiveLogicError {
        ActiveLogicError(
            .pldbUnsupportedInFirmware,
            "unsupported_in_firmware",
            "Use 'update_user' to change the password of a user."
        )
    }

    static var revisionsUnsupported: ActiveLogicError {
        ActiveLogicError(
            .pldbCapabilityError,
            "revision_unsupported",
            "The server does not number its changes, so a strict handle cannot notice those of others."
        )
    }

    static func newDataCommitted(requestID: String? = nil) -> ActiveLogicError {
        ActiveLogicError(
            .pldbNewDataCommitted,
            "revision_changed",
            "Users were changed in another session. Refresh, then list them again.",
            requestID: requestID
        )
    }

    static func notActiveLogic(requestID: String? = nil) -> ActiveLogicError {
        ActiveLogicError(
            .pldbCapabilityError,
            "not_activelogic",
            "The server does not speak /activelogic/v1.",
            requestID: requestID
        )
    }

    static func apiKeysUnsupported(requestID: String?) -> ActiveLogicError {
        ActiveLogicError(
            .pldbCapabilityError,
            "api_keys_unsupported",
            "The server does not say whose API keys these are. Connect with a name and a password.",
            requestID: requestID
        )
    }

    /// An API key that cannot be one.
    static func unusableKey(_ field: String) -> ActiveLogicError {
        ActiveLogicError(
            .valueError,
            "option_invalid",
            "An API key is made of letters and digits, 64 in all.",
            field: field
        )
    }

    static func malformedAnswer(requestID: String?) -> ActiveLogicError {
        ActiveLogicError(
            .pldbIOError,
            "malformed_response",
            "The server's answer is not what this API prescribes.",
            requestID: requestID
        )
    }

    static var userNotFound: ActiveLogicError {
        ActiveLogicError(.valueError, "user_not_found", "The user does not exist.", field: "user")
    }

    /// A setting of the connection that cannot be used.
    init(_ option: UnusableOption) {
        let field =
            switch option.name {
            case .address: "to"
            case .authorities: "authorities"
            }
        self.init(
            .valueError,
            "option_invalid",
            option.message,
            field: field,
            cause: option.cause
        )
    }
}
