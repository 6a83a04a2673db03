/// An event's fields in one column: keys and values, each after a unit separator (U+001F).
public enum AuditFieldText {
    private static let separator = "\u{1F}"

    /// The text of an event's fields; a separator within one becomes a space.
    public static func encode(_ fields: [AuditField]) -> String {
        var text = ""
        text.reserveCapacity(fields.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 2 })
        for field in fields {
            append(field.key, to: &text)
            append(field.value, to: &text)
        }
        return text
    }

    private static func append(_ part: String, to text: inout String) {
        // To search bytes is far quicker than to replace characters, of which there are none.
        let isClean = part.utf8.withContiguousStorageIfAvailable { !$0.contains(0x1F) } ?? false
        text += separator
        text += isClean ? part : part.replacing(separator, with: " ")
    }

    /// The fields of a text.
    public static func decode(_ text: String) -> [AuditField] {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false).dropFirst()
        let texts = parts.map(String.init)
        return stride(from: 0, to: texts.count - 1, by: 2).map { index in
            AuditField(texts[index], texts[index + 1])
        }
    }
}
