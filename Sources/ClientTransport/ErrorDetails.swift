/// What an error's debug description has beside its sentence.
package enum ErrorDetails {
    /// The sentence, and in brackets the parts that are there.
    package static func text(
        _ description: String,
        _ parts: KeyValuePairs<String, String?>
    ) -> String {
        let details = parts.compactMap { name, value in value.map { "\(name): \($0)" } }
        return "\(description) [\(details.joined(separator: ", "))]"
    }
}
