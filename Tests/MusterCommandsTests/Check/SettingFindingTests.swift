import MusterTesting
import Testing

@testable import MusterCommands

@Suite("What is unsafe in the settings")
struct SettingFindingTests {
    private func findings(_ values: [String: String]) async throws -> [Finding] {
        let safe = ["password.policy": "tenable"]
        let reader = try SettingsReader(
            commandLine: safe.merging(values) { $1 },
            environment: [:],
            file: nil
        )
        return try SettingFindings(settings: try Settings(reader), reader: reader).all()
    }

    @Test("the defaults with a stricter policy are fine")
    func fine() async throws {
        let findings = try await findings([:])
        #expect(findings == [Finding(.ok, .settings, "No setting is unsafe.")])
    }

    @Test(
        "an address that others reach without TLS is a warning",
        arguments: ["0.0.0.0:80", "[::]:80", "192.0.2.1:80", "directory.example.com:80"]
    )
    func plaintext(_ bind: String) async throws {
        let findings = try await findings(["http.bind": bind])
        #expect(findings.map(\.severity) == [.warning])
        #expect(findings[0].text.contains("without TLS"))
    }

    @Test(
        "an address that only this machine reaches is fine",
        arguments: ["127.0.0.1:80", "127.8.9.1:80", "[::1]:80", "localhost:80"]
    )
    func loopback(_ bind: String) async throws {
        #expect(try await findings(["http.bind": bind]).map(\.severity) == [.ok])
    }

    @Test(
        "passwords over LDAP that others can read, or that leave out a factor, are a warning",
        arguments: [
            (
                ["ldap.bind": "0.0.0.0:389", "ldap.plaintextBind": "always"],
                "can be read on the way"
            ),
            (["ldap.bind": "[::]:389"], "no password is taken"),
            (["ldap.bind": "127.0.0.1:389", "ldap.secondFactor": "ignore"], "second factor"),
            (["ldap.bind": "127.0.0.1:389", "ldap.plaintextBind": "always"], nil),
        ] as [([String: String], String?)]
    )
    func ldap(_ values: [String: String], _ told: String?) async throws {
        let findings = try await findings(values.merging(["ldap.suffix": "dc=x"]) { $1 })
        #expect(findings.map(\.severity) == [told == nil ? .ok : .warning])
        if let told { #expect(findings[0].text.contains(told)) }
    }

    @Test(
        "passwords of a RADIUS server that others can read are a warning",
        arguments: [("0.0.0.0:8834", true), ("127.0.0.1:8834", false)]
    )
    func radius(_ bind: String, _ isOpen: Bool) async throws {
        let findings = try await findings(["radius.enabled": "true", "http.bind": bind])
        #expect(findings.contains { $0.text.contains("radius.enabled") } == isOpen)
    }

    @Test(
        "hashes cheaper than every recommendation are a warning",
        arguments: [
            (19_455, 2, true), (19_456, 1, true), (12_287, 3, true), (1024, 4, true),
            (19_456, 2, false), (47_104, 1, false), (12_288, 3, false), (7_168, 5, false),
        ]
    )
    func argon2(_ kibibytes: Int, _ iterations: Int, _ isCheap: Bool) async throws {
        let findings = try await findings([
            "password.argon2.kibibytes": "\(kibibytes)",
            "password.argon2.iterations": "\(iterations)",
        ])
        #expect(findings.map(\.severity) == [isCheap ? .warning : .ok])
    }

    @Test(
        "proxies that nobody named are an error, very wide networks a warning",
        arguments: [
            ("0.0.0.0/0", Finding.Severity.error), ("::/0", .error), ("10.0.0.0/7", .warning),
            ("2000::/15", .warning), ("10.0.0.0/8", .ok), ("2001:db8::/32", .ok),
        ]
    )
    func proxies(_ network: String, _ severity: Finding.Severity) async throws {
        let findings = try await findings(["http.trustedProxies": network])
        #expect(findings.map(\.severity) == [severity])
    }

    @Test("severities are in order, so that the worst is known")
    func order() {
        #expect([Finding.Severity.warning, .ok, .error].sorted() == [.ok, .warning, .error])
    }
}
