import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Importing users", .everyStore)
struct ImportTests {
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
    }

    private func run(
        _ mode: ImportOptions.Mode = .create,
        isDryRun: Bool = false,
        by principal: Principal? = nil
    ) throws(MusterError) -> UserImport {
        try ImportService(test.directory).begin(by: principal ?? administrator) {
            () throws(MusterError) in ImportOptions(mode: mode, isDryRun: isDryRun)
        }
    }

    private var administrator: Principal { test.asMaskAdministrator }

    private func line(
        _ name: String,
        number: Int = 1,
        _ build: (inout ImportLine) -> Void = { _ in }
    ) throws(MusterError) -> ImportLine {
        var line = ImportLine(number: number, username: try Username(name))
        build(&line)
        return line
    }

    private func commit(
        _ lines: [ImportLine],
        _ run: UserImport,
        stopsAtFailure: Bool = false
    ) async throws(MusterError) -> [ImportOutcome] {
        var candidates: [ImportCandidate] = []
        for line in lines {
            candidates.append(try await run.hashing(try run.check(line)))
        }
        return try await run.commit(run.batch(candidates), stopsAtFailure: stopsAtFailure)
    }

    private func user(_ name: String) async throws(MusterError) -> User? {
        try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.user(.username(name))
        }
    }

    @Test("a new user has what its line says and the defaults for the rest, and one audit event")
    func creation() async throws {
        let jane = try line("Jane@example.com") {
            $0.changes.name = "Jane"
            $0.changes.role = .standard
            $0.changes.isEnabled = false
            $0.changes.readMask = 3
            $0.changes.isAPIPermitted = false
            $0.password = .hash(Secret("instant$1$9$41"))
        }
        let before = try await test.auditEvents().count
        let outcomes = try await commit([jane, try line("plain", number: 2)], try run())
        #expect(outcomes.names == ["created", "created"])
        let made = try #require(try await user("jane@example.com"))
        #expect(made.username.text == "Jane@example.com" && made.name == "Jane")
        #expect(made.role == .standard && !made.isEnabled && made.masks.read == 3)
        #expect(!made.authorizations.api && made.authorizations.password)
        let plain = try #require(try await user("plain"))
        #expect(plain.isEnabled && plain.role == .basic && plain.name == nil)
        let events = try await test.auditEvents().dropFirst(before)
        #expect(events.map(\.action) == [.userCreate, .userCreate])
        #expect(events.compactMap(\.target?.uuid) == [made.uuid, plain.uuid])
        #expect(events.allSatisfy { $0.actor?.uuid == test.administrator.uuid })
    }

    @Test("a hash is kept as it is, signs in, and is replaced at the first login")
    func hash() async throws {
        let kept = "instant$0$5$" + Hex.text("Old-Password-1".utf8)
        let old = try line("old") { $0.password = .hash(Secret(kept)) }
        _ = try await commit([old], try run())
        let id = try #require(try await user("old")).id
        let stored = {
            try await test.directory.store.read(.bounded) { reader throws(MusterError) in
                try reader.password(of: id)?.hash.text
            }
        }
        #expect(try await stored() == kept)
        _ = try await test.logIn("old", Secret("Old-Password-1"))
        let now = try #require(try await stored())
        #expect(now != kept && now.hasPrefix("instant$1$"))
        _ = try await test.logIn("old", Secret("Old-Password-1"))
    }

    @Test("a password in the clear is hashed and has to keep the policy")
    func plainPassword() async throws {
        let weak = try line("weak") { $0.password = .plain(Secret("short")) }
        let refusal = await failure { try await commit([weak], try run()) }
        #expect(refusal?.code == .passwordPolicy)
        let good = try line("good") {
            $0.password = .plain(Secret("Good-Password-1"))
            $0.isPasswordTemporary = true
        }
        _ = try await commit([good], try run())
        let session = try await test.logIn("good", Secret("Good-Password-1"))
        #expect(try await test.enter(session).mustChangePassword)
    }

    @Test("a taken name fails its own line alone, in whatever case and also within a batch")
    func duplicates() async throws {
        let names = ["ADMIN@example.com", "a", "A", "b"]
        let lines = try names.enumerated().map { try line($0.element, number: $0.offset + 1) }
        let outcomes = try await commit(lines, try run())
        #expect(
            outcomes.names == ["user.already_exists", "created", "user.already_exists", "created"]
        )
    }

    @Test("where one failure is enough, the batch leaves nothing and the line is named")
    func stop() async throws {
        let lines = [
            try line("a"), try line("admin@example.com", number: 7), try line("b", number: 8),
        ]
        let before = try await test.auditEvents()
        let refusal = await failure { try await commit(lines, try run(), stopsAtFailure: true) }
        #expect(refusal?.code == .userAlreadyExists && refusal?.details["line"] == "7")
        #expect(try await user("a") == nil)
        #expect(try await test.auditEvents() == before)
    }

    @Test("an existing user keeps what its line does not say")
    func upsert() async throws {
        _ = try await commit(
            [
                try line("jane") {
                    $0.changes.name = "Jane"
                    $0.changes.readMask = 1
                }
            ],
            try run()
        )
        let lines = [
            try line("JANE") { $0.changes.readMask = 2 }, try line("new", number: 2),
        ]
        #expect(try await commit(lines, try run(.upsert)).names == ["updated", "created"])
        let jane = try #require(try await user("jane"))
        #expect(jane.name == "Jane" && jane.masks.read == 2 && jane.username.text == "jane")
        let before = try await test.auditEvents()
        #expect(try await commit(lines, try run(.upsert)).names == ["unchanged", "unchanged"])
        #expect(try await test.auditEvents() == before, "there is nothing to tell")
    }

    @Test("a dry run tells what would change and changes nothing")
    func dryRun() async throws {
        _ = try await test.makeUser("jane@example.com")
        let before = try await test.auditEvents()
        let revision = try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.revision()
        }
        let run = try run(.upsert, isDryRun: true)
        let lines = [
            try line("jane@example.com") {
                $0.changes.name = "Jane"
                $0.changes.isEnabled = true
                $0.password = .plain(Secret("Another-Password-1"))
            },
            try line("new"), try line("admin@example.com"),
        ]
        let candidates = try lines.map { try run.check($0) }
        let outcomes = try await run.preview(candidates)
        #expect(outcomes.names == ["updated", "created", "unchanged"])
        #expect(outcomes.first?.fieldNames == ["name", "password"])
        #expect(try await test.auditEvents() == before)
        let after = try await test.directory.store.read(.bounded) { reader throws(MusterError) in
            try reader.revision()
        }
        #expect(after == revision)
    }

    @Test("in create mode a dry run finds the names that are taken")
    func dryCreate() async throws {
        let run = try run(isDryRun: true)
        let candidates = try ["admin@example.com", "new"].map { try run.check(try line($0)) }
        #expect(try await run.preview(candidates).names == ["user.already_exists", "created"])
    }

    @Test("groups and keys come along; an unknown group fails the line")
    func additions() async throws {
        _ = try await test.groups.create(by: test.asAdministrator) { () throws(MusterError) in
            try GroupDraft(name: "Staff", isManagedBySAML: nil)
        }
        let jane = try line("jane") {
            $0.groups = ["staff"]
            $0.sshKeys = [KeyLine.ed25519().base64]
        }
        let stray = try line("stray", number: 2) { $0.groups = ["Staff", "none"] }
        let outcomes = try await commit([jane, stray], try run())
        #expect(outcomes.names == ["created", "group.not_found"])
        let made = try #require(try await user("jane"))
        #expect(made.groups.count == 1)
        #expect(try await test.sshKeys.list(of: .id(made.id), by: administrator).keys.count == 1)
        #expect(try await user("stray") == nil)
        let again = try await commit([jane], try run(.upsert))
        #expect(again.names == ["unchanged"])
        let fields = try await test.auditEvents().last?.fields.map(\.key)
        #expect(fields == ["permissions", "password", "groups", "ssh_key.added"])
    }
}

extension [ImportOutcome] {
    /// What each line came to: a word, or the code of its failure.
    var names: [String] {
        map { outcome in
            switch outcome {
            case .created: "created"
            case .updated: "updated"
            case .unchanged: "unchanged"
            case .failed(let error): error.code.rawValue
            }
        }
    }
}

extension ImportOutcome {
    var fieldNames: [String] {
        if case .updated(_, let fields, _) = self { fields.map(\.key) } else { [] }
    }
}
