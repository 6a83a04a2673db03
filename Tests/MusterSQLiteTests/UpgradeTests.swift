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

    @Test(
        "every schema that there was has its stored directories",
        arguments: [StoreFolder.Stored.small, .full]
    )
    func complete(_ stored: StoreFolder.Stored) throws {
        for schema in 1...Migration.all.count {
            try folder.place(schema, stored)
            let handle = try folder.file()
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
        try folder.place(schema)
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

        let handle = try folder.file()
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
