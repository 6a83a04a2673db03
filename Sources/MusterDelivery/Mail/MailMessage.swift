import MusterCore

/// A mail as it goes over the wire (RFC 5322): ASCII, lines that end in CRLF and have at most 998 bytes.
struct MailMessage {
    /// Whose mail it is.
    let from: MailAddress
    /// The name beside that address; empty for none.
    let fromName: String
    /// Who gets it.
    let to: MailAddress
    let subject: String
    /// Lines that end in LF.
    let text: String
    /// The left part of the Message-ID: hexadecimal digits.
    let id: String
    let date: Timestamp

    /// The longest line that is wanted, in bytes without its end (RFC 5322 section 2.1.1).
    private static let lineBytes = 78

    /// The message, which may hold a code.
    var bytes: [UInt8] {
        let fields = [
            ("From", from(MailMessage.lineBytes)), ("To", "<\(to.text)>"), ("Date", date.mailText),
            ("Message-ID", "<\(id)@\(from.domain)>"), ("Subject", QuotedPrintable.words(subject)),
            ("MIME-Version", "1.0"), ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "quoted-printable"),
            // RFC 3834 section 5: nobody's program answers it.
            ("Auto-Submitted", "auto-generated"),
        ]
        let head = fields.map { "\($0): \($1)\r\n" }.joined()
        return Array(head.utf8) + Array("\r\n".utf8) + QuotedPrintable.body(text)
    }

    /// The value of From, folded where it would be long.
    private func from(_ limit: Int) -> String {
        guard !fromName.isEmpty else { return "<\(from.text)>" }
        let isPlain = fromName.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        let name = isPlain ? MailMessage.quoted(fromName) : QuotedPrintable.words(fromName)
        let isLong = !isPlain || name.utf8.count + from.text.utf8.count + 9 > limit
        return name + (isLong ? "\r\n " : " ") + "<\(from.text)>"
    }

    /// A text as a quoted string (RFC 5322 section 3.2.4).
    private static func quoted(_ text: String) -> String {
        var quoted: [UInt8] = [0x22]
        for byte in text.utf8 {
            if byte == 0x22 || byte == 0x5C { quoted.append(0x5C) }
            quoted.append(byte)
        }
        return String(decoding: quoted + [0x22], as: UTF8.self)
    }
}
