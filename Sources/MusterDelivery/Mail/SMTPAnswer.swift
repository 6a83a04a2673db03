import CCurl

/// What came of a talk with a mail server.
struct SMTPAnswer: Sendable {
    /// What went wrong; nil if nothing did.
    enum Failure: Sendable {
        case unreached
        case tls
        case login
        case timeout
        case other
    }

    let failure: Failure?
    /// The code of the last reply; 0 if there was none.
    let code: Int
    /// The first line of the last reply, fit for logs; empty if there was none.
    let reply: String
    /// The failure in libcurl's words, fit for logs.
    let detail: String
    /// Whether the server has taken name and password.
    let isSignedIn: Bool

    init(_ outcome: ccurl_outcome) {
        failure =
            switch outcome.error {
            case 0: nil
            case let error where ccurl_is_unreached(error): .unreached
            case let error where ccurl_is_tls_failure(error): .tls
            case let error where ccurl_is_login_failure(error): .login
            case let error where ccurl_is_timeout(error): .timeout
            default: .other
            }
        code = outcome.code
        reply = withUnsafeBytes(of: outcome.reply) { ReplyText.safe($0) }
        detail = withUnsafeBytes(of: outcome.detail) { ReplyText.safe($0) }
        isSignedIn = outcome.is_signed_in
    }

    private init(failure: Failure, detail: String) {
        self.failure = failure
        code = 0
        reply = ""
        self.detail = detail
        isSignedIn = false
    }

    /// Nobody was asked.
    static let noMemory = SMTPAnswer(failure: .unreached, detail: "out of memory")

    /// What it means for the message.
    ///
    /// A refusal for ever (RFC 5321 section 4.2.1: 5yz) ends the tries. Where the server is not reached, TLS or the password
    /// are at fault, the message is not, and an operator may mend it while the message waits. After a time-out nobody knows
    /// whether the server has taken the message: it is tried again, under the same Message-ID.
    var outcome: DeliveryOutcome {
        switch failure {
        case nil: .delivered(reply)
        case .other where (500..<600).contains(code): .refused(reply)
        default: .failed(reason)
        }
    }

    /// What went wrong, in a few words for operators.
    var reason: String {
        let words =
            switch failure {
            case nil: ""
            case .unreached: "the mail server cannot be reached"
            case .tls: "no TLS with the mail server"
            case .login: "the mail server refuses the user name or the password"
            case .timeout: "the mail server did not answer in time"
            case .other: "the mail server has refused or gone away"
            }
        // The last reply beside another kind of failure is one to an earlier command, and all was well with that.
        let isTold = failure == .login || failure == .other
        let told = isTold && !reply.isEmpty && code >= 400 ? reply : detail
        return told.isEmpty ? words : "\(words): \(told)"
    }
}
