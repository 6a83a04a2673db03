import Foundation
import MusterCore
import MusterCrypto
import MusterTesting
import Testing

@testable import MusterCommands

@Suite("Settings, checked")
struct SettingsTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func settings(_ values: [String: String] = [:]) async throws(MusterError) -> Settings {
        try Settings(
            try SettingsReader(commandLine: values, environment: [:], file: nil)
        )
    }

    @Test(
        "the defaults are safe: this machine only, basic passwords, no proxy, no rate limit, no metrics"
    )
    func defaults() async throws {
        let settings = try await settings()
        #expect(settings.host == "127.0.0.1" && settings.port == 8834 && settings.tls == nil)
        #expect(
            settings.dataDirectory == "./muster-data" && settings.outbox == "./muster-data/outbox"
        )
        #expect(settings.rules.passwords.kind == .basic && settings.rules.approvedDomains.isEmpty)
        #expect(settings.trustedProxies.networks.isEmpty)
        #expect(settings.metrics == nil, "nobody is asked who they are there")
        let limits = String(describing: settings.limits)
        #expect(limits.contains("requestsPerMinute: nil") && limits.contains("bodyBytes: 1048576"))
        #expect(settings.rules.sessionLifetime == .seconds(86_400))
        #expect(settings.rules.lockout.duration == .seconds(900))
        #expect(settings.rules.lockout.scope == .network)
        #expect(settings.rules.networks == SourceNetwork.Widths(v4: 32, v6: 64))
        #expect(settings.rules.codes == CodeBudget(smsHourly: 200, emailHourly: 3600))
        #expect(settings.hashingThreads > 0 && settings.hashingQueue == 256)
        #expect(settings.rules.phonePrefix == "+1" && settings.rules.publicURL == nil)
        #expect(settings.importLimit == .seconds(2) && settings.weakForms.isEmpty)
    }

    @Test("phone numbers without a prefix may be given none")
    func noPrefix() async throws {
        #expect(try await settings(["sms.defaultPrefix": ""]).rules.phonePrefix == nil)
    }

    @Test("weak hashes are named without regard to case")
    func weakForms() async throws {
        let named = try await settings(["password.import.weakForms": "ssha512,SSHA256"])
        #expect(named.weakForms == [.ssha256, .ssha512])
    }

    @Test(
        "an address is a host, a colon and a port",
        arguments: [
            ("0.0.0.0:80", "0.0.0.0", 80), ("localhost:0", "localhost", 0),
            ("[::1]:8834", "::1", 8834), ("*:80", "*", 80),
            ("::1:8834", "::1", 8834), ("example.com:65535", "example.com", 65_535),
        ]
    )
    func addresses(_ text: String, _ host: String, _ port: Int) async throws {
        let settings = try await settings(["http.bind": text])
        #expect(settings.host == host && settings.port == port)
    }

    @Test(
        "anything else is refused",
        arguments: [
            ("http.bind", "8834"), ("http.bind", ":8834"), ("http.bind", "localhost"),
            ("http.bind", "localhost:"),
            ("http.bind", "localhost:65536"), ("http.bind", "localhost:-1"),
            ("http.bind", "localhost:http"),
            ("http.bind", "[]:80"), ("http.bind", "[::1:8834"), ("http.bind", "::1]:8834"),
            ("http.bind", "[[::1]]:8834"), ("http.bind", "[localhost]:80"),
            ("users.approvedDomains", "@example.com"), ("users.approvedDomains", "example.com."),
            ("users.approvedDomains", "example.com,exa mple.org"), ("users.approvedDomains", "a@b"),
            ("users.approvedDomains", "b\u{FC}ro.example"), ("dataDir", ""), ("codes.outbox", ""),
            ("http.tls.certificate", ""), ("http.tls.privateKey", ""),
            ("http.bind", "localhost:80 "), ("password.policy", "Basic"),
            ("password.policy", "none"), ("log.level", "verbose"), ("log.level", "INFO"),
            ("http.trustedProxies", "10.0.0.1/8"), ("http.trustedProxies", "proxy.example.com"),
            ("http.tls.certificate", "/nowhere.pem"), ("http.tls.privateKey", "/nowhere.pem"),
            ("http.limits.connections", "0"), ("http.limits.headerBytes", "1"),
            ("http.limits.requestSeconds", "0"), ("http.limits.idleSeconds", "3601"),
            ("http.limits.requestsPerMinute", "-1"), ("password.argon2.kibibytes", "1023"),
            ("password.argon2.iterations", "0"), ("password.hashing.threads", "257"),
            ("password.import.weakForms", "SSHA"), ("password.import.weakForms", "SSHA256,MD5"),
            ("password.hashing.queue", "-1"), ("password.import.milliseconds", "0"),
            ("password.import.milliseconds", "60001"), ("login.lockoutSeconds", "0"),
            ("session.lifetimeSeconds", "59"), ("login.lockout", "Account"),
            ("login.lockout", "nobody"), ("login.networkBits.ipv4", "15"),
            ("login.networkBits.ipv4", "33"), ("login.networkBits.ipv6", "47"),
            ("login.networkBits.ipv6", "129"), ("codes.smsPerHour", "-1"),
            ("codes.emailPerHour", "1000001"), ("http.publicURL", "muster.example.com"),
            ("http.publicURL", "http://muster.example.com"), ("sms.defaultPrefix", "49"),
            ("codes.email.delivery", "post"), ("codes.sms.delivery", "post"),
            ("sms.allowedPrefixes", "49"), ("sms.text", "no place"),
        ]
    )
    func refusals(_ key: String, _ value: String) async {
        let refusal = await failure { try await settings([key: value]) }
        #expect(refusal?.code == .settingInvalid)
        let names = key.hasPrefix("http.tls") ? ["http.tls"] : [key]
        #expect(
            names.contains { refusal?.message.contains($0) == true },
            "\(refusal?.message ?? "")"
        )
    }

    @Test("a port that no address has, and half of TLS, are told by what is there")
    func told() async {
        let port = await failure { try await settings(["http.bind": "127.0.0.1:99999"]) }
        #expect(
            port?.message
                == "The setting http.bind (command line) must have a port from 0 to 65535, not \"127.0.0.1:99999\"."
        )
        for (present, missing) in [("certificate", "privateKey"), ("privateKey", "certificate")] {
            let half = await failure { try await settings(["http.tls.\(present)": "some.pem"]) }
            #expect(
                half?.message
                    == "The setting http.tls.\(present) (command line) needs http.tls.\(missing) beside it."
            )
        }
        let path = folder.path
        let none = await failure {
            try await settings(["http.tls.certificate": path, "http.tls.privateKey": path])
        }
        #expect(none?.message.hasSuffix("(http.tls.certificate), is a folder.") == true)
    }

    @Test("a certificate and a key that are no PEM are refused without what is in them")
    func badCertificate() async throws {
        let path = folder.file("bad.pem")
        _ = FileManager.default.createFile(atPath: path, contents: Data("planted-secret".utf8))
        let refusal = await failure {
            try await settings(["http.tls.certificate": path, "http.tls.privateKey": path])
        }
        #expect(refusal?.code == .settingInvalid)
        #expect(refusal?.message.contains("planted") == false)
    }

    @Test(
        "the policies strict and nist need their list, and read it line by line",
        arguments: ["strict", "nist"]
    )
    func strictPolicy(_ kind: String) async throws {
        let missing = await failure { try await settings(["password.policy": kind]) }
        #expect(missing?.message.contains("password.commonList") == true)
        #expect(missing?.message.contains("for the policy \(kind)") == true)
        let nowhere = ["password.policy": kind, "password.commonList": folder.file("none")]
        let unreadable = await failure { try await settings(nowhere) }
        #expect(unreadable?.message.contains("password.commonList") == true)

        let path = folder.file("common.txt")
        let lines = "correct horse battery\r\ntrustno1trustno1\n"
        _ = FileManager.default.createFile(atPath: path, contents: Data(lines.utf8))
        let strict = try await settings(["password.policy": kind, "password.commonList": path])
        let name = Username(stored: "jane@example.com")
        for text in ["correct horse battery", "TRUSTNO1TRUSTNO1"] {
            let refusal = await failure {
                try strict.rules.passwords.check(Secret(text), for: name)
            }
            #expect(refusal?.code == .passwordPolicy)
        }
        try strict.rules.passwords.check(Secret("correct horse staple"), for: name)
    }

    @Test("values reach what they are for")
    func values() async throws {
        let settings = try await settings([
            "dataDir": "/data", "codes.outbox": "/out",
            "users.approvedDomains": "Example.com, b.org",
            "password.policy": "tenable", "password.argon2.kibibytes": "2048",
            "password.argon2.iterations": "3", "password.hashing.threads": "5",
            "login.lockoutSeconds": "60", "session.lifetimeSeconds": "120", "log.level": "debug",
            "http.trustedProxies": "10.0.0.0/8,::1", "http.limits.requestsPerMinute": "600",
            "http.limits.requestSeconds": "7", "login.lockout": "account",
            "login.networkBits.ipv4": "24", "login.networkBits.ipv6": "56",
            "codes.smsPerHour": "0", "codes.emailPerHour": "10", "sms.defaultPrefix": "+49",
            "http.publicURL": "https://muster.example.com:8443",
        ])
        #expect(settings.rules.phonePrefix == "+49")
        #expect(settings.rules.publicURL?.text == "https://muster.example.com:8443")
        #expect(settings.rules.publicURL?.port == 8443)
        #expect(settings.dataDirectory == "/data" && settings.outbox == "/out")
        #expect(settings.rules.approvedDomains == ["example.com", "b.org"])
        #expect(settings.rules.passwords.kind == .tenable)
        #expect(settings.hashingThreads == 5)
        #expect(settings.rules.lockout.duration == .seconds(60))
        #expect(settings.rules.lockout.scope == .account)
        #expect(settings.rules.networks == SourceNetwork.Widths(v4: 24, v6: 56))
        #expect(settings.rules.codes == CodeBudget(smsHourly: 0, emailHourly: 10))
        #expect(settings.rules.sessionLifetime == .seconds(120))
        #expect(settings.trustedProxies.texts == ["10.0.0.0/8", "::1"])
        let limits = String(describing: settings.limits)
        #expect(limits.contains("requestsPerMinute: Optional(600)"))
        #expect(limits.contains("requestTime: 7.0 seconds"))
    }
}
