import MusterClient
import TextBytes

/// What members of bodies are called, for whoever typed a command and has seen no body.
enum FieldNames {
    private static let names = [
        ("sms_phone", "The phone number"), ("email_enabled", "Sending codes by e-mail"),
        ("verification_code", "The code"), ("code", "The code"), ("label", "The label"),
    ]

    /// What is wrong with what was typed.
    ///
    /// - Parameter failure: The server's answer.
    /// - Returns: The rule that it names, of the name that people know; its message, if the field has no other name
    ///   or the server gives no rule.
    static func told(_ failure: MusterClientError) -> String {
        guard let rule = failure.rule, let field = failure.field,
            let name = names.first(where: { field.hasSameBytes(as: $0.0) })
        else { return failure.message }
        return "\(name.1) \(rule)"
    }
}
