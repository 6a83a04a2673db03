import Foundation
import Testing

@testable import MusterCommands

@Suite("The table of settings")
struct SettingTests {
    private static let documentation: [Substring] = {
        let file = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/configuration.md")
        return ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n")
    }()

    @Test("no two settings have one name, nor one variable")
    func unique() {
        #expect(Set(Setting.all.map(\.key)).count == Setting.all.count)
        #expect(Set(Setting.all.map(\.variable)).count == Setting.all.count)
        let others = SettingsReader.otherVariables
        #expect(others.isDisjoint(with: Setting.all.map(\.variable)))
    }

    @Test(
        "the variable follows from the name",
        arguments: [
            ("dataDir", "MUSTER_DATA_DIR"), ("http.bind", "MUSTER_HTTP_BIND"),
            ("http.tls.privateKey", "MUSTER_HTTP_TLS_PRIVATE_KEY"),
            ("http.publicURL", "MUSTER_HTTP_PUBLIC_URL"),
            ("password.argon2.kibibytes", "MUSTER_PASSWORD_ARGON2_KIBIBYTES"),
            ("http.limits.requestsPerMinute", "MUSTER_HTTP_LIMITS_REQUESTS_PER_MINUTE"),
        ]
    )
    func variables(_ key: String, _ variable: String) {
        #expect(Setting.all.first { $0.key == key }?.variable == variable)
    }

    @Test(
        "a setting stands in docs/configuration.md, under its name and its variable",
        arguments: Setting.all.map(\.key)
    )
    func documented(_ key: String) throws {
        let setting = try #require(Setting.all.first { $0.key == key })
        let rows = Self.documentation.filter { $0.hasPrefix("| `\(key)` |") }
        let row = try #require(rows.first, "docs/configuration.md has no row for `\(key)`")
        #expect(rows.count == 1)
        #expect(row.contains("| `\(setting.variable)` |"))
        #expect(row.contains(setting.summary))
        if let fallback = setting.fallback, !fallback.isEmpty {
            #expect(row.contains("| `\(fallback)` |"), "the default is another one")
        }
    }

    @Test("docs/configuration.md names no setting that is none")
    func undocumented() {
        let keys = Set(Setting.all.map(\.key))
        let rows = Self.documentation.filter { $0.hasPrefix("| `") && $0.contains("`MUSTER_") }
        let named = rows.compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
        #expect(Set(named) == keys)
    }

    @Test("a default keeps the setting's own bounds", arguments: Setting.all.map(\.key))
    func fallbacks(_ key: String) throws {
        let setting = try #require(Setting.all.first { $0.key == key })
        guard case .number(let bounds) = setting.kind else { return }
        let number = try #require(setting.fallback.flatMap { Int($0) })
        #expect(bounds.contains(number))
    }

    @Test("no secret has a default")
    func secrets() {
        let secrets = Setting.all.filter(\.isSecret)
        #expect(
            secrets.map(\.key)
                == ["store.postgres.url", "http.tls.privateKey", "ldap.tls.privateKey"]
        )
        #expect(secrets.allSatisfy { $0.fallback == nil })
    }

    @Test("a summary is one sentence", arguments: Setting.all.map(\.key))
    func summaries(_ key: String) throws {
        let setting = try #require(Setting.all.first { $0.key == key })
        #expect(setting.summary.hasSuffix(".") && !setting.summary.contains("\n"))
    }
}
