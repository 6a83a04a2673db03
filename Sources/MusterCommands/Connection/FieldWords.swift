import TextBytes

/// A server's sentences about members of bodies, in words for whoever typed a command.
enum FieldWords {
    private static let names = [
        ("sms_phone", "The phone number"), ("email_enabled", "Sending codes by e-mail"),
        ("verification_code", "The code"), ("code", "The code"), ("label", "The label"),
    ]
    /// What stands behind sentences for programs, which see that field of the answer.
    private static let header = " Wait as long as Retry-After says."

    /// A message without the names of members.
    ///
    /// - Parameters:
    ///   - message: What the server says.
    ///   - field: The member that it names as the one at fault.
    /// - Returns: The message for people.
    static func told(_ message: String, _ field: String?) -> String {
        let name = names.first { field?.hasSameBytes(as: $0.0) == true }
        guard let (field, noun) = name else { return message }
        let quoted = "\"\(field)\"".utf8
        guard message.utf8.starts(with: quoted) else { return message }
        let rest = message.utf8.dropFirst(quoted.count)
        if rest.starts(with: " with value ".utf8), field.hasSameBytes(as: "sms_phone") {
            return "\(noun) is none. Write it with + and the country's code, such as +15555555555"
        }
        return noun + String(Substring(rest))
    }

    /// A message without what it says of the answer's header, which is told in words.
    static func withoutHeader(_ message: String) -> String {
        let (bytes, end) = (message.utf8, header.utf8)
        guard bytes.count > end.count, bytes.suffix(end.count).elementsEqual(end) else {
            return message
        }
        return String(Substring(bytes.dropLast(end.count)))
    }
}
