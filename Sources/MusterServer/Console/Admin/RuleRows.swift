import MusterConsole
import MusterCore

/// The settings in force, as rows of a table.
enum RuleRows {
    /// All settings with where each comes from, or, where the program does not tell them, the rules that the directory has.
    static func rows(_ visit: Visit) -> [SettingsPage.Row] {
        if let settings = visit.parts.consoleTools?.settings, !settings.isEmpty {
            return settings.map { SettingsPage.Row($0.key, $0.value, from: $0.source) }
        }
        let rules = visit.directory.rules
        func row(_ name: String, _ value: String?) -> SettingsPage.Row {
            SettingsPage.Row(name, value ?? "")
        }
        return [
            row("http.publicURL", rules.publicURL?.text),
            row("password.policy", rules.passwords.kind.rawValue),
            row("login.lockout", rules.lockout.scope.rawValue),
            row("login.lockoutSeconds", "\(rules.lockout.duration.components.seconds)"),
            row("login.passwordOnly", rules.passwordOnlyLogins.rawValue),
            row("session.lifetimeSeconds", "\(rules.sessionLifetime.components.seconds)"),
            row("users.approvedDomains", rules.approvedDomains.sorted().joined(separator: ", ")),
            row("sms.defaultPrefix", rules.phonePrefix),
            row("totp.issuer", rules.issuer),
        ]
    }
}
