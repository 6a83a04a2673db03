import HTTPTypes
import MusterCore

/// What an error says in header fields, alike in every dialect that has them.
extension Answer {
    /// Adds when to come back, and which methods there are.
    mutating func addFields(of error: MusterError) {
        if let seconds = error.details["retry_after_seconds"] {
            fields.append((.retryAfter, seconds))
        }
        if let methods = error.details["allow"] { fields.append((.allow, methods)) }
    }

    /// Adds what exactly is wrong, if the sentence does not say it.
    mutating func addHint(of error: MusterError) {
        if let hint = error.details["hint"] ?? error.details["reason"] {
            fields.append((.xErrorHint, hint))
        }
    }
}

extension MusterError {
    /// What two dialects add for programs to the sentence of who did something too often.
    static let waitAdvice = " Wait as long as Retry-After says."

    /// What callers are told: the sentence, with what exactly is wrong where nothing could be read; of a fault of the
    /// server's own nothing but that.
    func sentence(at status: HTTPResponse.Status) -> String {
        if status == .internalServerError { return RootResponder.internalMessage }
        guard code == .inputMalformed, let hint = details["hint"] else { return message }
        return message + ": \(hint)"
    }
}
