import ClientTransport

extension ActiveLogicError {
    /// What a request that got no answer means.
    ///
    /// - Parameters:
    ///   - failure: What happened.
    ///   - request: The request; what it was tells whether something may have changed.
    init(_ failure: NetworkFailure, of request: Request) {
        let isOutcomeUnknown = failure.mayHaveArrived && !request.isRead
        let doubt = isOutcomeUnknown ? " Whether the change was made is not known." : ""
        let (code, message) = ActiveLogicError.words(for: failure, doubt)
        self.init(
            .pldbIOError,
            code,
            message,
            isOutcomeUnknown: isOutcomeUnknown,
            cause: failure.cause
        )
    }

    private static func words(
        for failure: NetworkFailure,
        _ doubt: String
    ) -> (code: String, message: String) {
        switch failure.reason {
        case .cancelled:
            ("cancelled", "The task was cancelled." + doubt)
        case .shutDown:
            ("connection_closed", "The connection is closed." + doubt)
        case .timedOut:
            ("timeout", "The server did not answer in time." + doubt)
        case .untrusted:
            (
                "tls_failed",
                "The server's certificate is not trusted, or no encryption was agreed on."
            )
        case .tooLarge:
            ("response_too_large", "The server's answer is larger than this library takes." + doubt)
        case .other where failure.mayHaveArrived:
            ("connection_lost", "The connection was lost before the answer was there." + doubt)
        case .other:
            ("connection_failed", "No connection to the server could be made.")
        }
    }
}
