import MusterCore
import MusterTesting
import Testing

@Suite("Groups by import need what groups by route need")
struct ImportGroupTests {
    private let test: TestDirectory
    private let group: Group
    private let clerk: User

    init() async throws {
        test = try await TestDirectory()
        group = try await test.groups.create(by: test.asAdministrator) { () throws(MusterError) in
            try GroupDraft(name: "Team", isManagedBySAML: nil)
        }
        var user = try await test.makeUser("clerk@example.com")
        user.masks = .all
        try await test.overwrite(user)
        clerk = user
    }

    private func outcome(_ name: String, by principal: Principal, dry: Bool) async throws -> String
    {
        let run = try ImportService(test.directory).begin(by: principal) {
            () throws(MusterError) in ImportOptions(mode: .upsert, isDryRun: dry)
        }
        var line = ImportLine(number: 1, username: try Username(name))
        line.groups = ["Team"]
        let candidate: ImportCandidate
        do throws(MusterError) {
            candidate = try run.check(line)
        } catch {
            return error.code.rawValue
        }
        let outcomes =
            await dry
            ? try run.preview([candidate])
            : try await run.commit(run.batch([candidate]), stopsAtFailure: false)
        return outcomes.names[0]
    }

    private func memberCount() async throws -> Int {
        try await test.groups.details(.id(group.id), by: test.asAdministrator).userCount
    }

    @Test(
        "who administers by masks puts neither itself nor others into groups, also by way of a route",
        arguments: ["clerk@example.com", "admin@example.com", "new@example.com"],
        [true, false]
    )
    func clerk(_ name: String, _ isDry: Bool) async throws {
        let principal = try await test.asUser(try test.current(clerk), by: .masks)
        let outcome = try await outcome(name, by: principal, dry: isDry)
        #expect(outcome == "access.insufficient_scope")
        let route = await failure {
            try await test.groups.setMembership(
                of: .id(clerk.id),
                in: .id(group.id),
                isMember: true,
                by: try await test.asUser(clerk)
            )
        }
        #expect(route?.code == .insufficientScope)
        #expect(try await memberCount() == 0)
    }

    @Test("who may not use groups is refused before the store is asked, which looks for no name")
    func beforeTheStore() async throws {
        let principal = try await test.asUser(try test.current(clerk), by: .masks)
        let run = try ImportService(test.directory).begin(by: principal) {
            () throws(MusterError) in ImportOptions(mode: .upsert)
        }
        var line = ImportLine(number: 1, username: try Username("new@example.com"))
        line.groups = ["Nobody has made it"]
        line.sshKeys = ["no key at all"]
        let refusal = await failure { [line] in try run.check(line) }
        #expect(refusal?.code == .insufficientScope)
    }

    @Test("who has the role Administrator does both")
    func administrator() async throws {
        let principal = test.asMaskAdministrator
        #expect(try await outcome("clerk@example.com", by: principal, dry: false) == "updated")
        #expect(try await outcome("new@example.com", by: principal, dry: false) == "created")
        #expect(try await memberCount() == 2)
    }
}
