import MusterCore
import MusterTesting
import StoreTesting
import Testing

@Suite("Who administers after an import", .everyStore)
struct ImportAdministrationTests {
    private let test: TestDirectory
    private let deputy: User

    init() async throws {
        test = try await TestDirectory()
        deputy = try await test.makeUser(
            "deputy@example.com",
            role: .administrator,
            password: Secret("Walnut-Ferry-82")
        )
    }

    private func outcome(
        _ name: String,
        keeps: Bool = false,
        _ build: (inout ImportLine) -> Void
    ) async throws -> ImportOutcome {
        let principal = try await test.asUser(try test.current(deputy), by: .masks)
        let run = try ImportService(test.directory).begin(by: principal) {
            () throws(MusterError) in ImportOptions(mode: .upsert, keepsAdministration: keeps)
        }
        var line = ImportLine(number: 1, username: try Username(name))
        build(&line)
        let batch = run.batch([try run.check(line)])
        return try await run.commit(batch, stopsAtFailure: false)[0]
    }

    private func rights(_ outcome: ImportOutcome) -> [AdministratorRight]? {
        switch outcome {
        case .created(_, let rights), .updated(_, _, let rights): rights
        case .unchanged, .failed: nil
        }
    }

    @Test("a line that lets its user administer says by what, and no other does")
    func told() async throws {
        let mask = Resource.users.bit
        let role = try await outcome("a") { $0.changes.role = .administrator }
        #expect(rights(role) == [.role])
        #expect(rights(try await outcome("b") { $0.changes.writeMask = mask }) == [.masks])
        #expect(rights(try await outcome("c") { $0.changes.role = .standard }) == [])
        #expect(rights(try await outcome("a") { $0.changes.writeMask = mask }) == [.role, .masks])
        #expect(rights(try await outcome("a") { $0.changes.name = "A" }) == [])
    }

    @Test("the caller's own administration is kept where it is asked for, and the column is named")
    func kept() async throws {
        let name = deputy.username.text
        let outcome = try await outcome(name, keeps: true) {
            $0.changes.role = .basic
            $0.roleField = "role"
        }
        guard case .failed(let error) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(error.code == .ownAccount && error.details["field"] == "role")
        #expect(try await test.current(deputy).role == .administrator)
        let other = try await self.outcome("other", keeps: true) { $0.changes.role = .basic }
        #expect([other].names == ["created"])
        #expect([try await self.outcome(name) { $0.changes.role = .basic }].names == ["updated"])
    }
}
