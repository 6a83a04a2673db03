import Foundation
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("Directories that older versions have left")
struct UpgradeTests {
    private let folder: StoreFolder

    init() throws {
        folder = try StoreFolder()
    }

    /// Puts a stored directory into the folder.
    private func place(_ schema: Int) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/schema-\(schema).sql")
        let handle = try SQLiteHandle(asItIs: folder.folder.file("muster.sqlite"))
        try handle.runAll(
            StatementText(stringLiteral: try String(contentsOf: file, encoding: .utf8))
        )
        try handle.close()
    }

    @Test("every schema that there was has its stored directory")
    func complete() throws {
        for schema in 1...Migration.all.count {
            try place(schema)
            let handle = try SQLiteHandle(asItIs: folder.folder.file("muster.sqlite"))
            #expect(
                try handle.numbers("SELECT max(number) FROM schema_migration") == [schema]
            )
            try handle.close()
            try FileManager.default.removeItem(atPath: folder.folder.file("muster.sqlite"))
        }
    }

    @Test(
        "a directory of any earlier schema opens in this version with all that was in it",
        arguments: 1...Migration.all.count
    )
    func opens(_ schema: Int) async throws {
        try place(schema)
        let store = try folder.open()
        let jane = try store.readNow { reader throws(MusterError) in
            try reader.user(.id(UserID(rawValue: 3)))
        }
        #expect(jane?.username.text == "jane@example.com")
        #expect(jane?.name == "Jane Doe")
        // It can be changed as well.
        let added = try await store.insert("after@example.com")
        #expect(added.id == UserID(rawValue: 4))
        try store.close()

        let handle = try SQLiteHandle(asItIs: folder.folder.file("muster.sqlite"))
        let tables = [
            "user", "directory", "password", "api_key", "session", "ended_session", "ssh_key",
            "user_group", "group_member", "audit_event",
        ]
        let counts = try tables.map { table in
            try handle.numbers(StatementText(stringLiteral: "SELECT count(*) FROM \(table)"))[0]
        }
        #expect(counts == [3, 1, 1, 1, 1, 1, 1, 1, 1, 1])
        #expect(try handle.numbers("SELECT member_count FROM user_group") == [1])
        #expect(try handle.texts("SELECT look FROM user_group") == ["team"])
        #expect(try handle.texts("PRAGMA integrity_check") == ["ok"])
        #expect(
            try Migrator(digester: SystemDigester(.random())).differences(in: handle).isEmpty
        )
        try handle.close()
    }
}
