import ClientTransport

extension TenableError {
    /// What a request that got no answer means.
    ///
    /// - Parameters:
    ///   - failure: What happened.
    ///   - request: The request; what it was tells whether something may have changed.
    init(_ failure: NetworkFailure, of request: Request) {
        self.init(
            Kind(failure),
            failure.message(about: request),
            isOutcomeUnknown: failure.isOutcomeUnknown(of: request),
            cause: failure.cause
        )
    }
}

extension TenableError.Kind {
    fileprivate init(_ failure: NetworkFailure) {
        self =
            switch failure.reason {
            case .cancelled: .cancelled
            case .shutDown: .closed
            case .timedOut: .timedOut
            case .untrusted, .plain: .untrusted
            case .tooLarge: .malformedAnswer
            case .other: failure.mayHaveArrived ? .connectionLost : .connectionFailed
            }
    }
}
