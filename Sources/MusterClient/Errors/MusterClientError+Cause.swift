import ClientTransport
import TextBytes

extension MusterClientError {
    /// What an answer that is no success means.
    init(_ answer: Answer, to request: Request) {
        var record: ErrorRecord?
        if case .object(let object)? = answer.json { record = ErrorRecord(in: object) }
        self.init(
            Kind(status: answer.status),
            record?.message ?? "The server answered with status \(answer.status).",
            status: answer.status,
            code: record?.code,
            field: record?.field,
            rule: record?.rule,
            requestID: answer.requestID,
            retryAfter: answer.retryAfter,
            isOutcomeUnknown: !request.isRead && [500, 502, 504].contains(answer.status),
            answer: answer
        )
    }

    /// What a request that got no answer means.
    init(_ failure: NetworkFailure, of request: Request) {
        self.init(
            Kind(failure),
            failure.message(about: request),
            isOutcomeUnknown: failure.isOutcomeUnknown(of: request),
            cause: failure.cause,
            failure: failure
        )
    }

    /// An answer whose body is not what the API prescribes.
    ///
    /// - Parameters:
    ///   - answer: The answer, of which nothing is kept: it may hold a token or a key.
    ///   - request: What was asked; a change was made all the same.
    ///   - error: What is wrong with a member, where it is one.
    /// - Returns: The error.
    static func malformedAnswer(
        _ answer: Answer,
        to request: Request,
        _ error: FieldError? = nil
    ) -> MusterClientError {
        MusterClientError(
            .malformedAnswer,
            "The server's answer is not what this API prescribes.",
            status: answer.status,
            field: error?.field,
            requestID: answer.requestID,
            isOutcomeUnknown: !request.isRead
        )
    }

    /// A setting of the connection that cannot be used.
    init(_ option: UnusableOption) {
        self.init(.unusableOption, option.message, cause: option.cause)
    }

    static func unusable(_ message: String) -> MusterClientError {
        MusterClientError(.unusableOption, message)
    }

    static var cancelled: MusterClientError {
        MusterClientError(.cancelled, "The task was cancelled.")
    }

    static var closed: MusterClientError {
        MusterClientError(.closed, "The connection is closed.")
    }
}

extension MusterClientError.Kind {
    init(status: Int) {
        switch status {
        case 400, 413, 415, 422: self = .badRequest
        case 401: self = .unauthorized
        case 403: self = .forbidden
        case 404: self = .notFound
        case 409: self = .conflict
        case 412: self = .outdated
        case 429: self = .tooManyRequests
        case 500..<600: self = .server
        default: self = .unexpectedStatus
        }
    }

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
