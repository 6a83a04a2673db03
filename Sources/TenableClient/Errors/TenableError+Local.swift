import ClientTransport

/// The failures that this library finds itself.
extension TenableError {
    /// A setting of the connection that cannot be used.
    init(_ option: UnusableOption) {
        self.init(.unusableOption, option.message, cause: option.cause)
    }

    static func unusable(_ message: String) -> TenableError {
        TenableError(.unusableOption, message)
    }

    /// A reference, a path or a name that nothing at the server can have.
    static func nothing(_ message: String) -> TenableError {
        TenableError(.notFound, message)
    }

    static var cancelled: TenableError {
        TenableError(.cancelled, "The task was cancelled.")
    }

    static var closed: TenableError {
        TenableError(.closed, "The connection is closed.")
    }
}
