import Foundation
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Testing

@testable import MusterCommands
@testable import MusterSQLite

@Suite("The copy that is kept before a directory is brought up to date")
struct UpgradeCopyTests {
    private let folder: TemporaryFolder
    private let paths: DataPaths

    init() throws {
        folder = try TemporaryFolder()
        paths = DataPaths(folder: folder.path)
        try MasterKey.random().write(to: paths.key)
    }

    private func place(_ schema: Int) throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = tests.appending(path: "MusterSQLiteTests/Fixtures/schema-\(schema).sql")
        let handle = try SQLiteHandle(asItIs: paths.database)
        try handle.runAll(
            StatementText(stringLiteral: try String(contentsOf: file, encoding: .utf8))
        )
        try handle.close()
        chmod(paths.database, 0o600)
    }

    private func open() async throws(MusterError) -> String? {
        let files = try DataFolder(folder.path, creates: false)
        var kept: String?
        let (opened, _) = try await files.open(isForServing: true, onUpgrade: { kept = $0 })
        try await opened.store.close()
        files.release()
        return kept
    }

    private func raiseSchema(to number: Int) throws {
        let handle = try SQLiteHandle(asItIs: paths.database)
        try handle.inTransaction {
            try handle.runAll(
                "INSERT INTO schema_migration VALUES (\(number: number), 'later', 'x', 0)"
            )
        }
        try handle.close()
    }

    @Test(
        "it is a whole backup with the old schema, which its owner alone may read",
        arguments: 1..<DatabaseInspection.newestSchema
    )
    func kept(_ schema: Int) async throws {
        try place(schema)
        let path = try #require(try await open())
        #expect(path == folder.file("before-upgrade-schema-\(schema).backup"))
        #expect(try folder.permissions("before-upgrade-schema-\(schema).backup") == 0o600)
        let backup = try BackupSource(path)
        #expect(backup.isSealed)
        #expect(backup.summary.schema == schema)
        #expect(backup.summary.users == 2)
        #expect(try await open() == nil, "what is up to date needs no copy")
    }

    @Test("a directory of this version is not copied")
    func current() async throws {
        try place(DatabaseInspection.newestSchema)
        #expect(try await open() == nil)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!names.contains { $0.hasPrefix("before-upgrade") })
    }

    @Test("without room for the copy nothing is changed")
    func refused() async throws {
        try place(5)
        // A folder has the name that the copy is to have.
        let taken = UpgradeCopy(paths: paths).path(5)
        try FileManager.default.createDirectory(atPath: taken, withIntermediateDirectories: false)
        let refusal = await failure { try await open() }
        #expect(refusal?.code == .storeUnavailable)
        #expect(refusal?.message.hasSuffix("Nothing was changed.") == true)
        let handle = try SQLiteHandle(asItIs: paths.database)
        let last = try handle.rows("SELECT max(number) FROM schema_migration") { $0[0] as Int }
        #expect(last == [5])
    }

    @Test("a newer directory is refused with the sentence that says which copy to restore")
    func newer() async throws {
        try place(6)
        _ = try await open()
        try raiseSchema(to: 99)
        let refusal = await failure { try await open() }
        #expect(refusal?.code == .storeTooNew)
        #expect(
            refusal?.message.hasSuffix(
                "muster restore --force --data-dir \(folder.path) \(folder.path)/before-upgrade-schema-6.backup"
            ) == true
        )
    }

    @Test("where no copy was kept, a newer directory is refused with what to restore instead")
    func newerAlone() async throws {
        try place(7)
        try raiseSchema(to: 99)
        // Copies of schemas that this program does not know help nobody, and neither do other files.
        for name in ["before-upgrade-schema-98.backup", "before-upgrade-schema-.backup"] {
            try Data().write(to: URL(filePath: folder.file(name)))
        }
        let refusal = await failure { try await open() }
        #expect(refusal?.code == .storeTooNew)
        #expect(
            refusal?.message.hasSuffix("muster restore --force --data-dir \(folder.path) BACKUP")
                == true
        )
    }
}
