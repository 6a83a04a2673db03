import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Groups that an import names in another writing", .everyStore)
struct ImportLookalikeTests {
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
        _ = try await test.groups.create(by: test.asAdministrator) { () throws(MusterError) in
            try GroupDraft(name: "\u{DC}brig", isManagedBySAML: nil)
        }
    }

    private func run(_ mode: ImportOptions.Mode = .create) throws -> UserImport {
        try ImportService(test.directory).begin(by: test.asMaskAdministrator) {
            () throws(MusterError) in ImportOptions(mode: mode, createsGroups: true)
        }
    }

    private func line(
        _ name: String,
        _ groups: [String],
        _ build: (inout ImportLine) -> Void = { _ in }
    ) throws -> ImportLine {
        var line = ImportLine(number: 1, username: try Username(name))
        line.groups = groups
        build(&line)
        return line
    }

    private func commit(_ lines: [ImportLine], _ run: UserImport) async throws -> [String] {
        let candidates = try lines.map { try run.check($0) }
        #expect(try await run.preview(candidates).names.count == lines.count)
        return try await run.commit(run.batch(candidates), stopsAtFailure: false).names
    }

    private func groups() async throws -> [String: Int] {
        let groups = try await test.groups.list(by: test.asAdministrator).dropFirst()
        return Dictionary(uniqueKeysWithValues: groups.map { ($0.name, $0.userCount) })
    }

    @Test("a group is found whatever its case and however its accents are put together")
    func found() async throws {
        let lines = [
            try line("a", ["\u{FC}brig"]), try line("b", ["U\u{308}BRIG", "\u{FC}brig"]),
            try line("c", ["Zo\u{EB}"]), try line("d", ["ZOE\u{308}"]),
        ]
        #expect(try await commit(lines, try run()) == Array(repeating: "created", count: 4))
        #expect(try await groups() == ["\u{DC}brig": 2, "Zo\u{EB}": 2])
        let names = try await test.auditEvents().filter { $0.action == .userCreate }
            .flatMap(\.fields).filter { $0.key == "groups" }.map { Array($0.value.utf8) }
        #expect(
            names.suffix(4)
                == ["\u{DC}brig", "\u{DC}brig", "Zo\u{EB}", "Zo\u{EB}"].map { Array($0.utf8) }
        )
    }

    @Test("a user who exists is changed wholly, and the log has the group's own name")
    func update() async throws {
        let user = try await test.makeUser("upd@example.com")
        let change = try line(user.username.text, ["New", "\u{FC}brig"]) {
            $0.changes.name = "After"
        }
        #expect(try await commit([change], try run(.upsert)) == ["updated"])
        #expect(try await test.current(user).name == "After")
        #expect(try await groups() == ["\u{DC}brig": 1, "New": 1])
        let fields = try #require(try await test.auditEvents().last).fields
        #expect(fields.filter { $0.key == "group.added" }.map(\.value) == ["\u{DC}brig", "New"])
    }

    @Test("a line that lines before it have made impossible leaves nothing, not even its groups")
    func impossible() async throws {
        let other = try await test.makeUser(
            "other@example.com",
            role: .administrator,
            password: Secret("Walnut-Ferry-82")
        )
        let lines = [
            try line(other.username.text, []) { $0.changes.role = .basic },
            try line(TestDirectory.administratorName, ["New"]) { $0.changes.role = .basic },
        ]
        let outcomes = try await commit(lines, try run(.upsert))
        #expect(outcomes == ["updated", "access.last_administrator"])
        #expect(try await groups() == ["\u{DC}brig": 0])
        #expect(try await test.current(test.administrator).role == .administrator)
    }

    @Test("the group that everybody is in is named by no line")
    func everyone() async throws {
        let outcomes = try await commit([try line("a", ["ALL U\u{17F}ERS"])], try run())
        #expect(outcomes == ["group.already_exists"])
        #expect(try await groups() == ["\u{DC}brig": 0])
    }
}
