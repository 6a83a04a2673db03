import MusterCore
import SystemCalls

extension SMTPAnswer {
    /// What to look at, as a sentence for operators.
    var advice: String {
        switch failure {
        case nil: ""
        case .unknownHost: "Look at smtp.host."
        case .unreached, .timeout:
            "Look at smtp.host and smtp.port, and whether the mail server runs."
        case .noTLS:
            "Look at smtp.port: with 465 smtp.tls is implicit. On this machine it may be none."
        case .certificate: "Look at smtp.host and smtp.caFile."
        case .authorities: "Look at smtp.caFile."
        case .handshake:
            "Look at smtp.port and smtp.tls: implicit is for 465, starttls for 587 and 25."
        case .login: "Look at smtp.username and smtp.passwordFile."
        case .other: refusalAdvice ?? "Try again, and look at the mail server's own log."
        }
    }

    /// A whole sentence for operators: what the server takes not, and in its own words why not.
    func sentence(from sender: MailAddress, to recipient: MailAddress?) -> String {
        switch (refused, recipient) {
        case (.sender, _): "\(place) refuses mail from \(sender.text): \(reply)"
        case (.recipient, let recipient?): "\(place) refuses mail to \(recipient.text): \(reply)"
        case (.message, _): "\(place) refuses the message: \(reply)"
        default: "\(place) takes no mail from here: \(reason)"
        }
    }

    /// What to do where the server has refused a part of a message; nil if it has not.
    fileprivate var refusalAdvice: String? {
        guard let refused else { return nil }
        guard isRefusal else {
            return
                "It may take it later: wait some minutes and try again. Messages are tried again by themselves."
        }
        return switch refused {
        case .sender:
            "The settings lead to it. Give smtp.from an address for which this server sends mail, or look at smtp.username."
        case .recipient:
            "The settings lead to it. Look at the address; where the answer speaks of relaying, at smtp.username."
        case .message: "The settings lead to it. Look at the mail server's own log."
        }
    }
}

/// Why the system has refused something, in its own words.
enum SystemReason {
    /// The words of an error number, `connection refused`; empty for 0.
    static func text(_ number: Int32) -> String {
        guard number != 0 else { return "" }
        let bytes = Array(String(cString: strerror(number)).utf8)
        // A name of its own, such as "I/O error", keeps its capitals.
        guard bytes.count > 1, (0x61...0x7A).contains(bytes[1]) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        return String(decoding: [bytes[0] | 0x20] + bytes.dropFirst(), as: UTF8.self)
    }
}
