import ClientTransport

extension ActiveLogicError {
    /// What a request that got no answer means.
    ///
    /// - Parameters:
    ///   - failure: What happened.
    ///   - request: The request; what it was tells whether something may have changed.
    init(_ failure: NetworkFailure, of request: Request) {
        self.init(
            .pldbIOError,
            ActiveLogicError.code(for: failure),
            failure.message(about: request),
            isOutcomeUnknown: failure.isOutcomeUnknown(of: request),
            cause: failure.cause
        )
    }

    private static func code(for failure: NetworkFailure) -> String {
        switch failure.reason {
        case .cancelled: "cancelled"
        case .shutDown: "connection_closed"
        case .timedOut: "timeout"
        case .untrusted, .plain: "tls_failed"
        case .tooLarge: "response_too_large"
        case .other: failure.mayHaveArrived ? "connection_lost" : "connection_failed"
        }
    }
}
