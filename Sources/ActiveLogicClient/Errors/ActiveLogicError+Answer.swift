import ActiveLogicAPI
import ClientTransport
import TextBytes
import WireJSON

extension ActiveLogicError {
    /// What an answer that is no success means.
    init(_ answer: Answer, to request: Request) {
        let value = answer.json
        let record = value.flatMap { ErrorRecord($0) }
        let texts = ErrorTexts(value)
        let kind = record.flatMap { Kind(rawValue: $0.kind.rawValue) }
        self.init(
            kind ?? Kind(status: answer.status),
            texts?.code ?? "http_\(answer.status)",
            texts?.message ?? "The server answered with status \(answer.status).",
            field: texts?.field,
            reason: record?.reason,
            requestID: answer.requestID,
            retryAfter: answer.retryAfter,
            isOutcomeUnknown: !request.isRead && [500, 502, 504].contains(answer.status)
        )
    }
}

extension ActiveLogicError.Kind {
    /// The kind of an answer that does not name one, from a proxy or a server of another age.
    fileprivate init(status: Int) {
        switch status {
        case 404, 405, 426: self = .pldbCapabilityError
        case 412: self = .pldbNewDataCommitted
        case 501: self = .pldbUnsupportedInFirmware
        case 401, 407, 408, 502, 503, 504: self = .pldbIOError
        case 400..<500: self = .pldbError
        default: self = .pldbIOError
        }
    }
}

/// The texts of an error's body, whatever type it says that it is of.
private struct ErrorTexts {
    let code: String
    let message: String
    let field: String?

    init?(_ value: JSONValue?) {
        guard case .object(let outer)? = value, case .object(let inner)? = outer["error"],
            case .string(let code)? = inner["code"], case .string(let message)? = inner["message"]
        else { return nil }
        self.code = code.head(TextLimit.word)
        self.message = message.head(TextLimit.answer)
        if case .string(let field)? = inner["field"] {
            self.field = field.head(TextLimit.word)
        } else {
            field = nil
        }
    }
}
