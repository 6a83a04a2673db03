import CCurl
import MusterCore
import SystemCalls

/// What came of a talk with a mail server.
struct SMTPAnswer: Sendable {
    /// What went wrong; nil if nothing did.
    enum Failure: Sendable {
        case unknownHost
        case unreached
        case noTLS
        case certificate
        case authorities
        case handshake
        case login
        case timeout
        case other
    }

    /// What the server has refused of a message.
    enum Refused: Sendable {
        /// Who sends it.
        case sender
        /// Who gets it.
        case recipient
        /// The message itself.
        case message
    }

    let failure: Failure?
    /// What the last command of a message that was sent gave; nil if none was.
    let command: Refused?
    /// The code of the last reply; 0 if there was none.
    let code: Int
    /// The first line of the last reply, fit for logs; empty if there was none.
    let reply: String
    /// Why the system made no connection, in its own words; empty where it does not say.
    let systemReason: String
    /// Whether the server has taken name and password.
    let isSignedIn: Bool
    /// The server's host and port.
    let place: String

    init(_ outcome: ccurl_outcome, of server: SMTPServer) {
        failure =
            SMTPAnswer.failures.first { $0.isCase(outcome.error) }?.failure
            ?? (outcome.error == 0 ? nil : .other)
        command =
            SMTPAnswer.commands.first { $0.command.rawValue == UInt32(outcome.command) }?.refused
        code = outcome.code
        reply = withUnsafeBytes(of: outcome.reply) { ReplyText.safe($0) }
        systemReason = SystemReason.text(outcome.system_error)
        isSignedIn = outcome.is_signed_in
        place = server.shown
    }

    private init(failure: Failure, _ systemReason: String, of server: SMTPServer) {
        self.failure = failure
        self.systemReason = systemReason
        command = nil
        code = 0
        reply = ""
        isSignedIn = false
        place = server.shown
    }

    /// Nobody was asked.
    static func noMemory(_ server: SMTPServer) -> SMTPAnswer {
        SMTPAnswer(failure: .unreached, "out of memory", of: server)
    }

    private static let failures: [(failure: Failure, isCase: @Sendable (Int32) -> Bool)] = [
        (.unknownHost, { ccurl_is_unknown_host($0) }), (.unreached, { ccurl_is_unreached($0) }),
        (.noTLS, { ccurl_is_missing_tls($0) }), (.certificate, { ccurl_is_untrusted($0) }),
        (.authorities, { ccurl_is_bad_authorities($0) }),
        (.handshake, { ccurl_is_tls_failure($0) }), (.login, { ccurl_is_login_failure($0) }),
        (.timeout, { ccurl_is_timeout($0) }),
    ]

    private static let commands: [(command: ccurl_command, refused: Refused)] = [
        (ccurl_command_mail, .sender), (ccurl_command_rcpt, .recipient),
        (ccurl_command_data, .message),
    ]

    /// What it means for the message.
    ///
    /// A refusal for ever (RFC 5321 section 4.2.1: 5yz) ends the tries. Where the server is not reached, TLS or the password
    /// are at fault, the message is not, and an operator may mend it while the message waits. After a time-out nobody knows
    /// whether the server has taken the message: it is tried again, under the same Message-ID.
    var outcome: DeliveryOutcome {
        switch failure {
        case nil: .delivered(reply)
        case .other where isRefusal: .refused(reply)
        default: .failed(reason)
        }
    }

    /// Whether the server has refused the message for ever.
    var isRefusal: Bool { failure == .other && (500..<600).contains(code) }

    /// What of a message the server has answered with a no, for ever or for now; nil if it has not come to that, or the
    /// server has only said that it closes the connection (RFC 5321 section 3.8: 421).
    var refused: Refused? {
        failure == .other && (400..<600).contains(code) && code != 421 ? command : nil
    }

    /// What went wrong, in a few words for operators.
    var reason: String {
        // The last reply beside another kind of failure is one to an earlier command, and all was well with that.
        let told = reply.isEmpty || code < 400 ? "" : ": \(reply)"
        return switch failure {
        case nil: ""
        case .unknownHost: "the mail server's name has no address"
        case .unreached:
            "could not connect to \(place)" + (systemReason.isEmpty ? "" : ": \(systemReason)")
        case .noTLS: "no TLS with the mail server: it offers no STARTTLS"
        case .certificate:
            "no TLS with the mail server: its certificate is not of smtp.host, or of no authority that is trusted"
        case .authorities: "no TLS with the mail server: smtp.caFile cannot be used"
        case .handshake:
            "no TLS with the mail server: it speaks none on this port, or none that is safe"
        case .login: "the mail server refuses the user name or the password\(told)"
        case .timeout: "the mail server did not answer in time"
        case .other:
            switch refused {
            case .sender: "the mail server refuses the sender\(told)"
            case .recipient: "the mail server refuses the recipient\(told)"
            case .message: "the mail server refuses the message\(told)"
            case nil: "the mail server has refused or gone away\(told)"
            }
        }
    }
}
