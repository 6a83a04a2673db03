import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Who may import what", .everyStore)
struct ImportRightsTests {
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
    }

    /// A user who administers by its Users bit and holds little else.
    private func clerk() async throws -> Principal {
        var user = try await test.makeUser("clerk@example.com")
        user.masks = Masks(read: 7, write: Resource.users.bit)
        try await test.overwrite(user)
        return try await test.asUser(try test.current(user), by: .masks)
    }

    private func outcome(
        _ name: String,
        by principal: Principal,
        _ mode: ImportOptions.Mode = .upsert,
        _ build: (inout ImportLine) -> Void = { _ in }
    ) async throws(MusterError) -> String {
        let run = try ImportService(test.directory).begin(by: principal) {
            () throws(MusterError) in ImportOptions(mode: mode)
        }
        var line = ImportLine(number: 1, username: try Username(name))
        build(&line)
        let candidate: ImportCandidate
        do {
            candidate = try run.check(line)
        } catch {
            return error.code.rawValue
        }
        return try await run.commit(run.batch([candidate]), stopsAtFailure: false).names[0]
    }

    @Test("only administrators import and export")
    func administratorsOnly() async throws {
        let reader = try await test.makeUser("reader@example.com", role: .scanManager)
        for authority in [Principal.PermissionModel.role, .masks] {
            let principal = try await test.asUser(reader, by: authority)
            let refusal = await failure { try await outcome("x", by: principal) }
            #expect(refusal?.code == .insufficientScope)
            let export = await failure {
                try await ExportService(test.directory).begin(by: principal) { false }
            }
            #expect(export?.code == .insufficientScope)
        }
    }

    @Test("nobody gives bits or a role that it does not hold", arguments: ["create", "upsert"])
    func escalation(_ modeName: String) async throws {
        let mode = try #require(ImportOptions.Mode(rawValue: modeName))
        let clerk = try await clerk()
        #expect(try await outcome("a", by: clerk, mode) { $0.changes.readMask = 7 } == "created")
        let (refused, bit) = ("access.escalation", Int64(1) << 40)
        #expect(try await outcome("b", by: clerk, mode) { $0.changes.readMask = bit } == refused)
        let live = try await outcome("c", by: clerk, mode) { $0.changes.liveviewMask = bit }
        #expect(live == refused)
        #expect(try await outcome("d", by: clerk, mode) { $0.changes.role = .standard } == refused)
    }

    @Test("nobody takes over a user who holds more")
    func takeOver() async throws {
        let clerk = try await clerk()
        let strong = try await test.makeUser("strong@example.com", role: .standard)
        let name = strong.username.text
        let hash = ImportLine.Password.hash(Secret("instant$1$1$41"))
        let refused = "access.escalation"
        #expect(try await outcome(name, by: clerk) { $0.password = hash } == refused)
        #expect(
            try await outcome(name, by: clerk) { $0.sshKeys = [KeyLine.ed25519().base64] }
                == refused
        )
        #expect(try await outcome(name, by: clerk) { $0.changes.name = "Weak" } == refused)
        #expect(try await test.current(strong).name == nil)
    }

    @Test("one's own account and the last administrator are as safe as with single changes")
    func ownAccount() async throws {
        let administrator = test.asMaskAdministrator
        let name = TestDirectory.administratorName
        let disabled = try await outcome(name, by: administrator) { $0.changes.isEnabled = false }
        #expect(disabled == "access.own_account")
        let demoted = try await outcome(name, by: administrator) { $0.changes.role = .basic }
        #expect(demoted == "access.last_administrator")
        let closed = try await outcome(name, by: administrator) {
            $0.changes.isPasswordPermitted = false
        }
        #expect(closed == "access.own_account")
    }

    @Test("who may not set a password is not told by an import whether it is the present one")
    func passwordGuess() async throws {
        let hasher = InstantHasher()
        let rules = DirectoryRules(passwords: PasswordPolicy(.tenable))
        let test = try await TestDirectory(rules: rules, hasher: hasher)
        let password = Secret("Correct-Horse-77")
        var user = try await test.makeUser("clerk@example.com", password: password)
        user.masks = Masks(write: Resource.users.bit)
        try await test.overwrite(user)
        let strong = try await test.makeUser(
            "strong@example.com",
            role: .standard,
            password: password
        )
        let clerk = try await test.asUser(user, by: .masks)
        let run = try ImportService(test.directory).begin(by: clerk) { () throws(MusterError) in
            ImportOptions(mode: .upsert)
        }
        for (name, code) in [
            (strong.username, MusterError.Code.escalation),
            (user.username, .currentPasswordInvalid),
        ] {
            var line = ImportLine(number: 1, username: name)
            line.password = .plain(password)
            let candidate = try run.check(line)
            let calls = hasher.calls
            let refusal = await failure { try await run.hashing(candidate) }
            #expect(refusal?.code == code)
            #expect(hasher.calls == calls, "nothing is compared with former passwords")
        }
    }

    @Test("a caller who loses its rights meanwhile goes no further")
    func lostRights() async throws {
        let clerk = try await clerk()
        var now = clerk.user
        now.masks = Masks(read: 7)
        try await test.overwrite(now)
        let refusal = await failure { try await outcome("late", by: clerk) }
        #expect(refusal?.code == .insufficientScope)
    }

    @Test("hashes leave the directory for the role Administrator alone, and the log says so")
    func hashes() async throws {
        let clerk = try await clerk()
        let exports = ExportService(test.directory)
        let refusal = await failure { try await exports.begin(by: clerk) { true } }
        #expect(refusal?.code == .insufficientScope)
        let bare = try await exports.begin(by: clerk) { false }
        #expect(try await bare.batch(after: nil).allSatisfy { $0.password == nil })
        let full = try await exports.begin(by: test.asAdministrator) { true }
        #expect(try await full.batch(after: nil).allSatisfy { $0.password != nil })
        let events = try await test.auditEvents().suffix(2)
        #expect(events.map(\.action) == [.userExport, .userExport])
        #expect(events.map { $0.fields.map(\.value) } == [["false"], ["true"]])
    }
}
