import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("What a login comes to is in the audit log", .everyStore)
struct AuditedRefusalTests {
    private let store: FaultyStore
    private let test: TestDirectory
    private let user: User

    init() async throws {
        store = try FaultyStore()
        test = try await TestDirectory(store: store)
        user = try await test.makeUser("jane@example.com")
    }

    private func requireCodes() async throws {
        let id = user.id
        try await test.secondFactors.configure(.user(.id(id)), by: test.asAdministrator) {
            () throws(MusterError) in
            SecondFactorSettings(isEmailEnabled: true, isSMSEnabled: false, phone: nil)
        }
    }

    private func events(_ body: () async throws -> Void) async throws -> [AuditEvent] {
        let before = try await test.auditEvents().count
        try await body()
        return Array(try await test.auditEvents().dropFirst(before))
    }

    @Test("a right password that is asked for a code is one record, which says so")
    func codeRequired() async throws {
        try await requireCodes()
        let events = try await events {
            let refusal = await failure { try await test.logIn("jane@example.com") }
            #expect(refusal?.code == .codeRequired)
        }
        #expect(events.map(\.action) == [.authenticatePassword])
        #expect(events.map(\.fields) == [[AuditField("second_factor", "code required")]])
        #expect(events.first?.isFailure == false && events.first?.target == AuditParty(user))
    }

    @Test(
        "what was counted while the clock was ahead is written down once it is right, and says so"
    )
    func clockAhead() async throws {
        let ahead = Duration.seconds(365 * 86_400)
        test.clock.advance(by: ahead)
        let more = 7
        for _ in 0..<RefusalAudit.recordedOneByOne + more {
            _ = await failure { try await test.logIn("jane@example.com", Secret("wrong")) }
        }
        test.clock.advance(by: .zero - ahead)
        let counts = try await events { try await RefusalAudit.settle(test.directory.access) }
        let fields = try #require(counts.last?.fields)
        #expect(fields.contains(AuditField("count", "\(more)")))
        #expect(fields.contains(AuditField("clock", "was ahead")))
        let again = try await events { try await RefusalAudit.settle(test.directory.access) }
        #expect(again.isEmpty)
    }

    @Test("refused attempts from ever new networks are bounded together, and counted beyond that")
    func everNewNetworks() async throws {
        let more = 100
        let events = try await events {
            for number in 0..<RefusalAudit.recordedInAll + more {
                _ = await failure {
                    try await test.logIn(
                        "nobody\(number)@example.com",
                        Secret("wrong"),
                        from: IPAddress("198.18.\(number / 250).\(number % 250)")
                    )
                }
            }
        }
        #expect(events.count == RefusalAudit.recordedInAll)
        test.clock.advance(by: .seconds(60))
        let counts = try await self.events { try await RefusalAudit.settle(test.directory.access) }
        let numbers = counts.flatMap(\.fields).filter { $0.key == "count" }.map(\.value)
        #expect(numbers == ["50", "50"], "of two neighbourhoods")
        #expect(
            counts.flatMap(\.fields).filter { $0.key == "source" }.map(\.value) == [
                "near 198.18.4.0/24", "near 198.18.5.0/24",
            ]
        )
    }

    @Test("a wrong code is a failure of the code, with its user")
    func wrongCode() async throws {
        try await requireCodes()
        _ = await failure { try await test.logIn("jane@example.com") }
        let events = try await events {
            let refusal = await failure {
                try await test.logIn("jane@example.com", code: Secret("wrong"))
            }
            #expect(refusal?.code == .credentialsInvalid)
        }
        #expect(events.map(\.action) == [.authenticateCode])
        #expect(events.first?.isFailure == true && events.first?.actor == nil)
        #expect(events.first?.target == AuditParty(user))
    }

    @Test(
        "a login that is refused in its last step is recorded with the reason",
        arguments: ["disabled", "expired", "password not permitted", "host not allowed"]
    )
    func lastStep(_ reason: String) async throws {
        var after = user
        switch reason {
        case "disabled": after.isEnabled = false
        case "expired": after.expiresAt = test.clock.now()
        case "host not allowed": after.hosts = try AllowedNetworks(["10.0.0.0/8"])
        default: after.authorizations.password = false
        }
        let events = try await events {
            store.beforeNextChange { [after] in
                let refusal = await failure { try await test.overwrite(after) }
                #expect(refusal == nil)
            }
            let refusal = await failure { try await test.logIn("jane@example.com") }
            #expect(refusal?.code == .credentialsInvalid)
        }
        #expect(events.map(\.action) == [.authenticatePassword])
        #expect(events.first?.isFailure == true && events.first?.target == AuditParty(user))
        #expect(events.first?.fields == [AuditField("reason", reason)])
    }

    @Test("another phone is named as changed, and never by its number")
    func phone() async throws {
        let id = user.id
        for (number, word) in [("+12025550101", "set"), ("+12025550102", "changed")] {
            let events = try await events {
                try await test.secondFactors.configure(.user(.id(id)), by: test.asAdministrator) {
                    () throws(MusterError) in
                    SecondFactorSettings(
                        isEmailEnabled: false,
                        isSMSEnabled: true,
                        phone: try PhoneNumber(number)
                    )
                }
            }
            #expect(events.first?.fields.last == AuditField("two_factor.phone", word))
            #expect(!String(describing: events).contains("2025550"))
        }
    }

    @Test("who manages a group's members is named where it changes")
    func managedBySAML() async throws {
        let group = try await test.groups.create(by: test.asAdministrator) {
            () throws(MusterError) in try GroupDraft(name: "Team", isManagedBySAML: false)
        }
        let events = try await events {
            _ = try await test.groups.edit(.id(group.id), by: test.asAdministrator) {
                () throws(MusterError) in try GroupDraft(name: "Team", isManagedBySAML: true)
            }
        }
        #expect(events.map(\.fields) == [[AuditField("managed_by_saml", "true")]])
    }

    @Test("a question about a password keeps where it was asked, whatever the answer")
    func askedFrom() async throws {
        for password in [TestDirectory.administratorPassword, Secret("wrong")] {
            let events = try await events {
                _ = await failure {
                    try await test.credentialChecks.check(
                        LoginRequest(username: "jane@example.com", password: password),
                        from: "203.0.113.9",
                        by: test.asMaskAdministrator
                    )
                }
            }
            #expect(events.count == 1 && events.first?.address == "203.0.113.9")
            #expect(events.first?.fields.last == AuditField("asked_from", "192.0.2.1"))
        }
    }

    @Test("a line of an import that changes fields, password, keys and groups is one record")
    func importLine() async throws {
        _ = try await test.groups.create(by: test.asAdministrator) { () throws(MusterError) in
            try GroupDraft(name: "Team", isManagedBySAML: nil)
        }
        for name in ["jane@example.com", "new@example.com"] {
            let events = try await events {
                let run = try ImportService(test.directory).begin(by: test.asMaskAdministrator) {
                    () throws(MusterError) in ImportOptions(mode: .upsert)
                }
                var line = ImportLine(number: 1, username: try Username(name))
                line.changes.name = "Jane"
                line.password = .hash(Secret("instant$1$1$41"))
                line.sshKeys = [KeyLine.ed25519().base64]
                line.groups = ["Team"]
                let batch = run.batch([try run.check(line)])
                _ = try await run.commit(batch, stopsAtFailure: true)
            }
            #expect(events.count == 1)
            let keys = events.first?.fields.map(\.key) ?? []
            #expect(keys.contains("name") && keys.contains("ssh_key.added"))
            #expect(keys.contains { $0.hasPrefix("group") }, "\(keys)")
        }
    }
}
