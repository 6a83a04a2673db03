import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("When users and groups were changed last", .everyStore)
struct ChangeMomentTests {
    private let test: TestDirectory
    private let jane: User
    private let team: Group

    init() async throws {
        test = try await TestDirectory()
        jane = try await test.makeUser("jane@example.com")
        team = try await test.groups.create(by: test.asAdministrator) { () throws(MusterError) in
            try GroupDraft(name: "Team", isManagedBySAML: nil)
        }
        try await test.groups.setMembership(
            of: .id(jane.id),
            in: .id(team.id),
            isMember: true,
            by: test.asAdministrator
        )
    }

    private func edit(_ changes: UserChanges) async throws(MusterError) {
        _ = try await test.users.edit(.user(.id(jane.id)), by: test.asAdministrator) {
            () throws(MusterError) in changes
        }
    }

    /// When the user was changed last.
    private func changed() async throws -> Timestamp { try await test.current(jane).changedAt }

    /// When the group was changed last.
    private func groupChanged() async throws -> Timestamp {
        try await test.groups.details(.id(team.id), by: test.asAdministrator).changedAt
    }

    @Test(
        "no two changes of a user are at the same moment, nor is a later one before, whatever the clock does"
    )
    func order() async throws {
        var last = try await changed()
        for step in [Duration.zero, .milliseconds(1), .seconds(-60), .seconds(90)] {
            test.clock.advance(by: step)
            try await edit(UserChanges { $0.name = "At \(step)" })
            let moment = try await changed()
            #expect(moment > last, "\(step)")
            last = moment
        }
        #expect(last == test.clock.now())
        try await edit(UserChanges())
        #expect(try await changed() == last, "nothing has changed")
    }

    @Test("a public key that comes or goes is a change of its user")
    func keys() async throws {
        let (line, other) = (KeyLine.ed25519().base64, KeyLine.ed25519(0x43).base64)
        let owner = try await test.asUser(jane)
        var last = try await changed()
        func expectChange(_ what: String, _ isOne: Bool = true) async throws {
            let moment = try await changed()
            #expect(isOne ? moment > last : moment == last, "\(what)")
            last = moment
        }
        func add(_ line: String) async throws -> User {
            try await test.sshKeys.add(to: .id(jane.id), by: test.asAdministrator) {
                () throws(MusterError) in (line, nil)
            }.user
        }
        let told = try await add(line)
        try await expectChange("one comes")
        #expect(told.changedAt == last)
        #expect(try await test.current(jane) == told)
        _ = try await add(line)
        try await expectChange("it is there already", false)
        try await test.sshKeys.remove(from: .id(jane.id), by: test.asAdministrator) {
            () throws(MusterError) in line
        }
        try await expectChange("it goes")
        let own = try await test.sshKeys.addOwn(
            other,
            by: owner,
            password: TestDirectory.administratorPassword
        )
        try await expectChange("one's own comes")
        try await test.sshKeys.removeOwn(fingerprint: own.key.fingerprint, by: owner)
        try await expectChange("one's own goes")
        try await importLine { $0.sshKeys = [line] }
        try await expectChange("one comes by an import")
        try await importLine { $0.sshKeys = [line] }
        try await expectChange("it is imported again", false)
    }

    @Test("a group is another one when a member is deleted, renamed, shut out or let in again")
    func members() async throws {
        var last = try await groupChanged()
        func expectChange(_ what: String, _ isOne: Bool = true) async throws {
            let moment = try await groupChanged()
            #expect(isOne ? moment > last : moment == last, "\(what)")
            last = moment
        }
        try await edit(UserChanges { $0.name = "Jane" })
        try await expectChange("another name to show", false)
        try await edit(UserChanges { $0.username = try? Username("june@example.com") })
        try await expectChange("another login name")
        try await edit(UserChanges { $0.isEnabled = false })
        try await expectChange("shut out")
        try await edit(UserChanges { $0.isEnabled = true })
        try await expectChange("let in")
        let others = try await test.makeUser("other@example.com")
        for user in [others, jane] {
            try await test.users.delete(.id(user.id), by: test.asAdministrator) {
                () throws(MusterError) in nil
            }
            try await expectChange("\(user.id) deleted", user.id == jane.id)
        }
    }

    @Test("a group is another one when an import puts somebody in")
    func importing() async throws {
        var last = try await groupChanged()
        let names = ["new@example.com", "new@example.com", "jane@example.com"]
        for (name, isOne) in zip(names, [true, false, false]) {
            try await importLine(name) { $0.groups = ["Team"] }
            let moment = try await groupChanged()
            #expect(isOne ? moment > last : moment == last, "\(name)")
            last = moment
        }
        try await test.groups.setMembership(
            of: .id(jane.id),
            in: .id(team.id),
            isMember: false,
            by: test.asAdministrator
        )
        last = try await groupChanged()
        try await importLine { $0.groups = ["Team"] }
        #expect(try await groupChanged() > last)
    }

    @Test("an import that shuts several members of a group out is one change of it")
    func importingMany() async throws {
        var names = [jane.username.text]
        for name in ["joe@example.com", "kim@example.com"] {
            let user = try await test.makeUser(name)
            try await test.groups.setMembership(
                of: .id(user.id),
                in: .id(team.id),
                isMember: true,
                by: test.asAdministrator
            )
            names.append(name)
        }
        for isEnabled in [false, true] {
            test.clock.advance(by: .seconds(1))
            _ = try await importLines(names + ["new\(isEnabled)@example.com"]) {
                $0.changes.isEnabled = isEnabled
                if isEnabled { $0.groups = ["Team"] }
            }
            #expect(try await groupChanged() == test.clock.now())
        }
        test.clock.advance(by: .seconds(1))
        let last = try await groupChanged()
        _ = try await importLines(names) { $0.changes.name = "Another" }
        #expect(try await groupChanged() == last, "nobody comes, goes or has another login name")
    }

    @Test("what an import makes is not older than what has changed while it waited for its turn")
    func waitingImport() async throws {
        let ids = try await importLines(["late@example.com"], meanwhile: .seconds(1)) {
            $0.groups = ["Team"]
        }
        let edited = try await changed()
        let store = test.directory.store
        let late = try await store.read(.bounded) { reader throws(MusterError) in
            try ids.map { id throws(MusterError) in try reader.user(.id(id)) }
        }
        #expect(late.map { $0?.changedAt } == [edited])
        #expect(try await groupChanged() >= edited)
    }

    private func importLine(
        _ name: String = "jane@example.com",
        _ fill: (inout ImportLine) -> Void
    ) async throws {
        _ = try await importLines([name], fill)
    }

    /// Imports lines in one batch.
    ///
    /// - Returns: The users that are new.
    private func importLines(
        _ names: [String],
        meanwhile pause: Duration = .zero,
        _ fill: (inout ImportLine) -> Void
    ) async throws -> [UserID] {
        let run = try ImportService(test.directory).begin(by: test.asMaskAdministrator) {
            () throws(MusterError) in ImportOptions(mode: .upsert)
        }
        var candidates: [ImportCandidate] = []
        for (index, name) in names.enumerated() {
            var line = ImportLine(number: index + 1, username: try Username(name))
            fill(&line)
            candidates.append(try run.check(line))
        }
        let batch = run.batch(candidates)
        if pause > .zero {
            test.clock.advance(by: pause)
            try await edit(UserChanges { $0.name = "Meanwhile" })
        }
        var new: [UserID] = []
        for outcome in try await run.commit(batch, stopsAtFailure: true) {
            if case .created(let id?, _) = outcome { new.append(id) }
        }
        return new
    }
}
