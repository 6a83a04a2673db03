import Configuration
import FoundationEssentials
import MusterCore
import TextBytes

/// Reads settings: the command line before the environment, before the file, before the defaults.
struct SettingsReader: Sendable {
    /// Where a value comes from.
    enum Source: String, Sendable {
        case commandLine = "command line"
        case environment
        case file
        case fallback = "default"
    }

    private let reader: ConfigReader
    private let sources: [String: Source]
    /// The values that somebody wrote, as sentences quote them.
    private let quotations: [String: String]

    /// Collects the values.
    ///
    /// - Parameters:
    ///   - commandLine: Values by setting, as they were typed.
    ///   - environment: All of the environment's variables.
    ///   - file: The path of a JSON file; nil if none is named.
    /// - Throws: ``MusterError`` with code `setting.invalid`, naming the key and where it stands.
    init(
        commandLine: [String: String],
        environment: [String: String],
        file: String?
    ) throws(MusterError) {
        let variables = environment.filter { $0.key.hasPrefix("MUSTER_") }
        try SettingsReader.refuseUnknown(commandLine: commandLine, variables: variables)
        var fromFile: SettingsFile?
        if let file { fromFile = try SettingsFile(contentsOf: file) }
        var sources: [String: Source] = [:]
        var quotations: [String: String] = [:]
        for setting in Setting.all {
            if let value = commandLine[setting.key] {
                sources[setting.key] = .commandLine
                quotations[setting.key] = value.quoted(60)
            } else if let value = variables[setting.variable] {
                sources[setting.key] = .environment
                quotations[setting.key] = value.quoted(60)
            } else if let value = fromFile?.quotations[setting.key] {
                sources[setting.key] = .file
                quotations[setting.key] = value
            }
        }
        for setting in Setting.all where setting.isSecret { quotations[setting.key] = nil }
        self.sources = sources
        self.quotations = quotations
        reader = ConfigReader(
            providers: SettingsReader.providers(commandLine, variables, fromFile)
        )
    }

    /// Where a setting's value comes from.
    func source(of key: String) -> Source {
        sources[key] ?? .fallback
    }

    /// A text; nil if nobody set one.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    func text(_ key: String) throws(MusterError) -> String? {
        guard isSet(key) else { return nil }
        let text: String
        do {
            text = try reader.requiredString(forKey: ConfigKey(key))
        } catch {
            throw invalid(key, "must be a text", cause: error)
        }
        return text.isEmpty ? nil : text
    }

    /// The path of a file or folder; nil if nobody set one.
    ///
    /// An empty one is refused: most come of a variable of a shell that was never set, and the default is then not what
    /// was meant.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    func path(_ key: String) throws(MusterError) -> String? {
        let path = try text(key)
        guard path != nil || sources[key] == nil else {
            let noun = Array(key.utf8.suffix(4)) == Array("File".utf8) ? "file" : "file or a folder"
            throw invalid(key, "must name a \(noun), or be left out")
        }
        return path
    }

    /// A number within the setting's bounds.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    func number(_ key: String) throws(MusterError) -> Int {
        guard let setting = Setting.all.first(where: { $0.key == key }),
            case .number(let bounds) = setting.kind
        else { preconditionFailure("\(key) is not among the numbers of the table") }
        let rule = "must be a whole number from \(bounds.lowerBound) to \(bounds.upperBound)"
        let value: Int
        do {
            value = try reader.requiredInt(forKey: ConfigKey(key))
        } catch {
            throw invalid(key, rule, cause: error)
        }
        guard bounds.contains(value) else { throw invalid(key, rule) }
        return value
    }

    /// A list of texts, without blanks around them.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    func list(_ key: String) throws(MusterError) -> [String] {
        do {
            return try reader.requiredStringArray(forKey: ConfigKey(key))
                .map { $0.trimmingBlanks }
                .filter { !$0.isEmpty }
        } catch {
            throw invalid(key, "must be a list of texts", cause: error)
        }
    }

    /// An error that names a key and where its value stands, and quotes the value unless the rule does.
    func invalid(
        _ key: String,
        _ rule: String,
        isQuoted: Bool = false,
        cause: (any Error)? = nil
    ) -> MusterError {
        let place =
            switch source(of: key) {
            case .environment: Setting.all.first { $0.key == key }?.variable ?? key
            case .commandLine, .file, .fallback: key
            }
        let quotation = isQuoted ? nil : quotations[key]
        let told = quotation.map { ", not \($0)" } ?? ""
        return MusterError(
            .settingInvalid,
            "The setting \(place) (\(source(of: key).rawValue)) \(rule)\(told).",
            cause: cause
        )
    }

    private func isSet(_ key: String) -> Bool {
        sources[key] != nil || Setting.all.contains { $0.key == key && $0.fallback != nil }
    }
}
