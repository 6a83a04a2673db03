import ClientTransport

extension TenableError {
    /// What a request that got no answer means.
    ///
    /// - Parameters:
    ///   - failure: What happened.
    ///   - request: The request; what it was tells whether something may have changed.
    init(_ failure: NetworkFailure, of request: Request) {
        let isOutcomeUnknown = failure.mayHaveArrived && !request.isRead
        let (kind, message) = TenableError.words(for: failure)
        self.init(
            kind,
            message + (isOutcomeUnknown ? " Whether the change was made is not known." : ""),
            isOutcomeUnknown: isOutcomeUnknown,
            cause: failure.cause
        )
    }

    private static func words(for failure: NetworkFailure) -> (Kind, String) {
        switch failure.reason {
        case .cancelled: (.cancelled, "The task was cancelled.")
        case .shutDown: (.closed, "The connection is closed.")
        case .timedOut: (.timedOut, "The server did not answer in time.")
        case .untrusted:
            (
                .untrusted,
                "The server's certificate is not trusted, or no encryption was agreed on."
            )
        case .tooLarge:
            (.malformedAnswer, "The server's answer is larger than this library takes.")
        case .other where failure.mayHaveArrived:
            (.connectionLost, "The connection was lost before the answer was there.")
        case .other: (.connectionFailed, "No connection to the server could be made.")
        }
    }
}
