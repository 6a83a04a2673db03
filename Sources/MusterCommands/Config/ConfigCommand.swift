import ArgumentParser
import MusterCore

/// `muster config`.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show the settings in force, and where each comes from.",
        discussion: """
            Values are checked as at a start. Secrets are not shown.

            Example: MUSTER_HTTP_BIND=127.0.0.1:9000 muster config
            """
    )

    @OptionGroup var settings: SettingsOptions

    func run() async throws {
        try await CommandFailure.reporting {
            let reader = try await settings.reader()
            _ = try Settings(reader)
            for advice in try reader.openSecrets() { CommandFailure.note("Warning: \(advice)") }
            for setting in Setting.all {
                let value = try setting.shown(by: reader)
                try Console.standard.write(
                    "\(setting.key) = \(value)  # \(reader.source(of: setting.key).rawValue)\n"
                )
            }
        }
    }
}

extension Setting {
    /// The value in force, as people may see it: no secret.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    func shown(by reader: SettingsReader) throws(MusterError) -> String {
        switch kind {
        case .text:
            guard let text = try reader.text(key) else { return "" }
            return isSecret ? "<redacted>" : text
        case .number:
            return String(try reader.number(key))
        case .list:
            return try reader.list(key).joined(separator: ",")
        }
    }
}
