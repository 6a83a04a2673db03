import ClientTransport
import TenableAPI
import TextBytes
import WireJSON

extension TenableError {
    /// The most characters of a server's sentence that are kept: 1000.
    private static let longestMessage = 1_000

    /// What an answer that is no success means.
    init(_ answer: Answer, to request: Request) {
        let envelope = answer.json.flatMap { ErrorEnvelope($0) }
        let message = envelope?.message ?? "The server answered with status \(answer.status)."
        self.init(
            Kind(status: answer.status),
            message.head(TenableError.longestMessage),
            status: answer.status,
            fields: envelope?.fields ?? [],
            requestID: answer.requestID,
            retryAfter: answer.retryAfter,
            isOutcomeUnknown: !request.isRead && [500, 502, 504].contains(answer.status)
        )
    }

    /// An answer whose body is not what the API prescribes.
    ///
    /// - Parameters:
    ///   - answer: The answer.
    ///   - request: What was asked; a change was made all the same.
    ///   - error: What is wrong with a member, where it is one.
    /// - Returns: The error.
    static func malformedAnswer(
        _ answer: Answer,
        to request: Request,
        _ error: TenableFieldError? = nil
    ) -> TenableError {
        TenableError(
            .malformedAnswer,
            "The server's answer is not what this API prescribes.",
            status: answer.status,
            fields: error.map { [$0.field] } ?? [],
            requestID: answer.requestID,
            isOutcomeUnknown: !request.isRead,
            cause: error
        )
    }
}

extension TenableError.Kind {
    init(status: Int) {
        switch status {
        case 400, 422: self = .badRequest
        case 401: self = .unauthorized
        case 403: self = .forbidden
        case 404: self = .notFound
        case 409: self = .conflict
        case 429: self = .tooManyRequests
        case 500..<600: self = .server
        default: self = .unexpectedStatus
        }
    }
}
