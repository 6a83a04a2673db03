import FoundationEssentials
import MusterCore

extension Settings {
    /// The value of a setting that is one of a few words; `fallback` if it is empty.
    static func choice<Value: CaseIterable & RawRepresentable<String>>(
        _ key: String,
        _ reader: SettingsReader,
        else fallback: Value
    ) throws(MusterError) -> Value {
        guard let text = try reader.text(key) else { return fallback }
        guard let value = Value(rawValue: text) else {
            let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw reader.invalid(key, "must be one of \(names)")
        }
        return value
    }

    /// A switch that is a text, as all settings are.
    enum Truth: String, CaseIterable {
        case `true`
        case `false`
    }

    enum Switch: String, CaseIterable {
        case on
        case off
    }

    /// An address and a port; nil if the setting has no value and none by default.
    static func address(
        _ key: String,
        _ reader: SettingsReader
    ) throws(MusterError) -> (host: String, port: Int)? {
        let written = try reader.text(key)
        if written == nil, reader.source(of: key) == .fallback { return nil }
        let text = written ?? ""
        guard let colon = text.lastIndex(of: ":"), let host = Settings.host(text[..<colon]),
            let port = Int(text[text.index(after: colon)...])
        else { throw reader.invalid(key, "must be an address, a colon and a port") }
        guard (0...65_535).contains(port) else {
            throw reader.invalid(key, "must have a port from 0 to 65535")
        }
        return (host, port)
    }

    /// A host as it is written before a port; brackets stand around the whole of an IPv6 address (RFC 3986 section 3.2.2)
    /// or not at all.
    private static func host(_ text: Substring) -> String? {
        let isBracketed = text.hasPrefix("[") && text.hasSuffix("]") && text.contains(":")
        let host = isBracketed ? text.dropFirst().dropLast() : text
        return host.isEmpty || host.contains { "[]".contains($0) } ? nil : String(host)
    }
}
