import Foundation
import MusterCore
import MusterTesting
import Testing

@testable import MusterCommands

@Suite("Making a directory")
struct InitTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("a password that is made is 24 characters long, and passes every policy")
    func generatedPasswords() throws {
        let random = SeededRandom(seed: 3)
        let name = Username(stored: "admin@example.com")
        var passwords: Set<String> = []
        for _ in 0..<500 {
            let password = GeneratedPassword.make(from: random, for: name)
            for kind in PasswordPolicy.Kind.allCases {
                try PasswordPolicy(kind).check(password, for: name)
            }
            password.withExposedValue { text in
                #expect(text.utf8.count == 24)
                #expect(text.wholeMatch(of: /[A-Za-z2-9_.+-]+/) != nil, "no quoting in a shell")
                #expect(
                    !text.contains { "IOl01".contains($0) },
                    "no two people read it differently"
                )
                passwords.insert(text)
            }
        }
        #expect(passwords.count == 500)
    }

    private func report(_ values: [String: String] = [:]) async throws -> InitReport {
        let created = try await DirectoryBootstrap(
            store: MemoryStore(),
            clock: FixedClock(),
            random: SeededRandom(),
            digester: PlainDigester()
        ).create(
            administrator: Username(stored: "admin@example.com"),
            password: PasswordHash("hash")
        )
        let reader = try SettingsReader(commandLine: values, environment: [:], file: nil)
        return InitReport(
            created: created,
            password: Secret("pass\"word"),
            settings: try Settings(reader)
        )
    }

    @Test("the report as JSON is one object with these members, in one line")
    func json() async throws {
        let report = try await report()
        #expect(report.json.last == "\n" && report.json.dropLast().allSatisfy { $0 != "\n" })
        let value = try JSONSerialization.jsonObject(with: Data(report.json.utf8))
        let object = try #require(value as? [String: Any])
        let names: Set = ["id", "uuid", "username", "password", "access_key", "secret_key"]
        #expect(Set(object.keys) == names)
        #expect(object["id"] as? Int == 2)
        #expect(object["uuid"] as? String == report.created.administrator.uuid.text)
        #expect(object["username"] as? String == "admin@example.com")
        #expect(object["password"] as? String == "pass\"word")
        #expect(object["access_key"] as? String == report.created.keys.accessKey)
        let secret = object["secret_key"] as? String
        #expect(report.created.keys.secretKey.withExposedValue { $0 == secret })
    }

    @Test(
        "the report for people has examples that work as they stand",
        arguments: [
            ([:], "http://127.0.0.1:8834"), (["http.bind": "[::1]:9000"], "http://[::1]:9000"),
            (["http.bind": "example.com:80"], "http://example.com:80"),
        ] as [([String: String], String)]
    )
    func text(_ values: [String: String], _ url: String) async throws {
        let report = try await report(values)
        let (access, text) = (report.created.keys.accessKey, report.text)
        let secret = report.created.keys.secretKey.withExposedValue { $0 }
        let curl = "curl -H 'X-ApiKeys: accessKey=\(access);secretKey=\(secret)' \(url)/users\n"
        #expect(text.contains("\n" + curl))
        #expect(text.contains("\ntio = TenableIO('\(access)', '\(secret)', url='\(url)')\n"))
        let place = url == "http://127.0.0.1:8834" ? "" : " --url \(url)"
        #expect(text.contains("\nmuster login\(place) admin@example.com\n"))
        #expect(text.contains("\nEND\n") && text.contains("pass\"word"))
    }

    @Test("a directory is created once, and what is there stays as it is")
    func initialisation() async throws {
        let path = folder.file("data")
        let files = try DataFolder(path, creates: true)
        let name = Username(stored: "admin@example.com")
        let created = try await files.bootstrap(administrator: name, password: PasswordHash("hash"))
        #expect(created.administrator.id.rawValue == 2 && created.identity.owner.rawValue == 2)
        #expect(created.administrator.role == .administrator && created.administrator.masks == .all)
        #expect(try folder.permissions("data") == 0o700)
        for file in ["muster.sqlite", "master.key", "muster.lock"] {
            #expect(try folder.permissions("data/" + file) == 0o600, "\(file)")
        }
        let key = try folder.bytes("data/master.key")
        let refusal = await failure {
            try await files.bootstrap(administrator: name, password: PasswordHash("other"))
        }
        #expect(refusal?.code == .directoryInitialised)
        #expect(try folder.bytes("data/master.key") == key)
    }

    @Test("one process at a time holds a folder")
    func lock() async throws {
        let path = folder.file("data")
        let holder = try DataFolder(path, creates: true)
        let refusal = await failure { try hold(path) }
        #expect(refusal?.code == .storeUnavailable)
        #expect(refusal?.message.contains("in use by another process") == true)
        holder.release()
        try hold(path)
    }

    private func hold(_ path: String) throws(MusterError) {
        try DataFolder(path, creates: true).release()
    }

    @Test("a folder without a directory is refused, and says what to do")
    func missing() async {
        let path = folder.file("nowhere")
        let refusal = await failure { try DataFolder(path, creates: false).release() }
        #expect(refusal?.code == .directoryMissing)
        #expect(refusal?.message.contains("muster init --data-dir \(path)") == true)
    }
}
