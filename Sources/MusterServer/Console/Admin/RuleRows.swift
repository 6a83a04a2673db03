import MusterConsole
import MusterCore

/// The rules in force, as rows of a table under the names of their settings.
enum RuleRows {
    static func rows(_ rules: DirectoryRules, _ frame: Frame) -> [SettingsPage.Row] {
        let none = frame.texts.settings.none
        func row(_ name: String, _ value: String?) -> SettingsPage.Row {
            SettingsPage.Row(name, value.flatMap { $0.isEmpty ? nil : $0 } ?? none)
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
