import MusterCore
import MusterSQL
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("An import whose store fails")
struct FailedImportTests {
    private let folder: StoreFolder
    private let store: SQLiteStore
    private let test: TestDirectory

    init() async throws {
        folder = try StoreFolder()
        store = try folder.open()
        test = try await TestDirectory(store: store)
    }

    private func candidate(
        _ name: String,
        _ number: Int,
        of run: UserImport
    ) throws(MusterError) -> ImportCandidate {
        var line = ImportLine(number: number, username: try Username(name))
        line.changes.name = "Somebody"
        return try run.check(line)
    }

    @Test("where a user cannot be read nothing of its batch is written, and no line is at fault")
    func unreadable() async throws {
        _ = try await test.makeUser("jane@example.com")
        // No such role is known, as where a file is damaged.
        try await store.write { transaction throws(MusterError) in
            guard let transaction = transaction as? SQLiteTransaction else { return }
            try transaction.run("PRAGMA ignore_check_constraints = ON", [])
            try transaction.run(
                "UPDATE user SET role = 7 WHERE username = ?",
                ["jane@example.com"]
            )
            try transaction.run("PRAGMA ignore_check_constraints = OFF", [])
        }
        let run = try ImportService(test.directory).begin(by: test.asMaskAdministrator) {
            () throws(MusterError) in ImportOptions(mode: .upsert)
        }
        let candidates = [
            try candidate("jane@example.com", 1, of: run),
            try candidate("new@example.com", 2, of: run),
        ]
        let count = try store.userCount()
        let looked = await failure { try await run.preview(candidates) }
        #expect(looked?.code == .storeUnavailable)
        let written = await failure {
            try await run.commit(run.batch(candidates), stopsAtFailure: false)
        }
        #expect(written?.code == .storeUnavailable && written?.details["line"] == nil)
        #expect(try store.userCount() == count)
    }
}
