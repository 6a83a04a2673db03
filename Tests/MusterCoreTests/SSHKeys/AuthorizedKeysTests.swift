import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Lines for sshd", .everyStore)
struct AuthorizedKeysTests {
    private static let name = "alice@example.com"

    private func directory(
        rules: DirectoryRules = DirectoryRules(),
        store: (any DirectoryStore)? = nil,
        hosts: [String] = [],
        keys: [String] = [KeyLine.ed25519().base64]
    ) async throws -> (test: TestDirectory, user: User, service: AuthorizedKeysService) {
        let test = try await TestDirectory(rules: rules, store: store)
        var user = try await test.makeUser(AuthorizedKeysTests.name)
        user.hosts = try AllowedNetworks(hosts)
        try await test.overwrite(user)
        for key in keys {
            _ = try await SSHKeyService(test.directory).add(
                to: .id(user.id),
                by: test.asAdministrator
            ) { (key, nil) }
        }
        return (test, user, AuthorizedKeysService(test.directory))
    }

    @Test("a line holds the hosts in their only form, the options, type, key, name and number")
    func withHosts() async throws {
        let (_, user, service) = try await directory(
            hosts: ["10.0.0.0/8", "2001:0DB8:0::/32", "::ffff:192.0.2.7", "192.0.2.7/32"]
        )
        let line = try #require(try await service.lines(of: AuthorizedKeysTests.name).first)
        #expect(
            line.text == "from=\"10.0.0.0/8,2001:db8::/32,192.0.2.7\",restrict,pty ssh-ed25519 "
                + "\(KeyLine.ed25519().base64) alice@example.com:\(user.id.rawValue)"
        )
    }

    @Test("without hosts there is no from, because an empty one would shut everybody out")
    func withoutHosts() async throws {
        let (_, _, service) = try await directory()
        let lines = try await service.lines(of: "ALICE@example.com")
        #expect(
            lines.count == 1 && lines.allSatisfy { $0.text.hasPrefix("restrict,pty ssh-ed25519 ") }
        )
    }

    @Test("a name, or what was stored as one, cannot end its comment")
    func comments() async throws {
        // In memory a user is found by any text.
        let (test, user, service) = try await directory(store: MemoryStore())
        var odd = user
        odd.username = Username(stored: "a=b\nssh-rsa AAAA \"\u{E9},")
        try await test.overwrite(odd)
        let lines = try await service.lines(of: odd.username.text).map(\.text)
        #expect(lines.count == 1)
        #expect(lines.allSatisfy { $0.hasSuffix(" a_b_ssh-rsa_AAAA_____:\(user.id.rawValue)") })
        #expect(lines.allSatisfy { $0.utf8.allSatisfy { (0x20..<0x7F).contains($0) } })
    }

    @Test("keys come in the order in which they were added, or one by fingerprint or type")
    func choice() async throws {
        let texts = [KeyLine.ed25519(1), KeyLine.rsa(bits: 2048), KeyLine.ed25519(2)].map(\.base64)
        let (test, user, service) = try await directory(keys: texts)
        let name = AuthorizedKeysTests.name
        let lines = try await service.lines(of: name)
        #expect(lines.map { $0.text.split(separator: " ")[2] } == texts.map { Substring($0) })
        #expect(try await service.lines(of: name, type: "ssh-ed25519") == [lines[0], lines[2]])
        #expect(try await service.lines(of: name, type: "ssh-dss").isEmpty)
        let stored = try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.sshKeys(of: user.id)
        }
        for (key, line) in zip(stored, lines) {
            let type = key.key.type.rawValue
            #expect(try await service.lines(of: name, fingerprint: key.fingerprint) == [line])
            #expect(
                try await service.lines(of: name, fingerprint: key.fingerprint, type: type) == [
                    line
                ]
            )
            let wrong = type == "ssh-rsa" ? "ssh-ed25519" : "ssh-rsa"
            #expect(
                try await service.lines(of: name, fingerprint: key.fingerprint, type: wrong).isEmpty
            )
        }
        for fingerprint in ["", "SHA256:", stored[0].fingerprint.lowercased(), "MD5:00"] {
            #expect(try await service.lines(of: name, fingerprint: fingerprint).isEmpty)
        }
    }

    @Test("nobody, somebody who is disabled and somebody without keys have no lines")
    func nobody() async throws {
        let (test, user, service) = try await directory()
        for name in ["bob@example.com", "", "10", "alice", "alice@example.com "] {
            #expect(try await service.lines(of: name).isEmpty)
        }
        #expect(try await service.lines(of: TestDirectory.administratorName).isEmpty)
        var disabled = user
        disabled.isEnabled = false
        try await test.overwrite(disabled)
        #expect(try await service.lines(of: AuthorizedKeysTests.name).isEmpty)
        disabled.isEnabled = true
        disabled.authorizations = Authorizations(api: false, password: false, saml: false)
        try await test.overwrite(disabled)
        #expect(try await service.lines(of: AuthorizedKeysTests.name).count == 1)
    }

    @Test("a key that was too short when it was stored is not printed any more")
    func stricterRules() async throws {
        let weak = KeyLine.rsa(bits: 1024).base64
        let rules = DirectoryRules(minimumRSABits: 1024)
        let (test, _, service) = try await directory(rules: rules, keys: [weak])
        #expect(try await service.lines(of: AuthorizedKeysTests.name).count == 1)
        let today = Directory(
            store: test.directory.store,
            spools: test.directory.spools,
            clock: test.clock,
            random: test.directory.random,
            digester: test.directory.digester,
            curves: test.directory.curves,
            cryptography: test.directory.cryptography,
            hasher: test.directory.hasher,
            codeSender: test.codes,
            rules: DirectoryRules(),
            identity: test.directory.identity
        )
        #expect(try await AuthorizedKeysService(today).lines(of: AuthorizedKeysTests.name).isEmpty)
    }
}
