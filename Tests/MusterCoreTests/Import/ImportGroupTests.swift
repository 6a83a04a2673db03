import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Groups by import need what groups by route need", .everyStore)
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

    /// What the route of memberships answers to the same.
    private func route(_ name: String, by principal: Principal) async -> MusterError.Code? {
        await failure {
            try await test.groups.setMembership(
                of: .username(name),
                in: .id(group.id),
                isMember: true,
                by: principal
            )
        }?.code
    }

    @Test(
        "who administers by masks puts into groups whom it may by their routes: itself, and who holds no more",
        arguments: [
            ("clerk@example.com", nil), ("admin@example.com", MusterError.Code.escalation),
            ("jane@example.com", nil),
        ] as [(String, MusterError.Code?)],
        [true, false]
    )
    func clerk(_ row: (name: String, refusal: MusterError.Code?), _ isDry: Bool) async throws {
        _ = try await test.makeUser("jane@example.com")
        let principal = try await test.asUser(try test.current(clerk), by: .masks)
        let outcome = try await outcome(row.name, by: principal, dry: isDry)
        #expect(outcome == row.refusal?.rawValue ?? "updated")
        #expect(try await memberCount() == (isDry || row.refusal != nil ? 0 : 1))
        #expect(await route(row.name, by: principal) == row.refusal)
        #expect(try await memberCount() == (row.refusal == nil ? 1 : 0))
    }

    @Test("who administers by masks makes users that are in groups, and the groups")
    func newcomers() async throws {
        let principal = try await test.asUser(try test.current(clerk), by: .masks)
        #expect(try await outcome("new@example.com", by: principal, dry: false) == "created")
        #expect(try await memberCount() == 1)
        let made = try await test.groups.create(by: principal) { () throws(MusterError) in
            try GroupDraft(name: "Others", isManagedBySAML: nil)
        }
        #expect(made.name == "Others")
    }

    @Test("in the Tenable dialect, where the role decides, it may do neither")
    func byRole() async throws {
        let principal = try await test.asUser(try test.current(clerk))
        #expect(await route("clerk@example.com", by: principal) == .insufficientScope)
        let begun = await failure {
            try ImportService(test.directory).begin(by: principal) { () throws(MusterError) in
                ImportOptions(mode: .upsert)
            }
        }
        #expect(begun?.code == .insufficientScope)
    }

    @Test("who has the role Administrator does both")
    func administrator() async throws {
        let principal = test.asMaskAdministrator
        #expect(try await outcome("clerk@example.com", by: principal, dry: false) == "updated")
        #expect(try await outcome("new@example.com", by: principal, dry: false) == "created")
        #expect(try await memberCount() == 2)
    }
}
