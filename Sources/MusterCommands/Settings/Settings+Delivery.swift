import MusterCore

extension Settings {
    /// The address under which people reach the server; nil if nobody set one.
    static func publicURL(_ reader: SettingsReader) throws(MusterError) -> PublicURL? {
        guard let text = try reader.text("http.publicURL") else { return nil }
        do {
            return try PublicURL(text)
        } catch {
            throw reader.invalid("http.publicURL", error.message)
        }
    }

    /// What phone numbers without a prefix get; nil for nothing.
    static func phonePrefix(_ reader: SettingsReader) throws(MusterError) -> String? {
        guard let text = try reader.text("sms.defaultPrefix") else { return nil }
        guard PhoneNumber.isPrefix(text) else {
            throw reader.invalid(
                "sms.defaultPrefix",
                "must be + and one to four digits, such as +1, or be empty"
            )
        }
        return text
    }
}
