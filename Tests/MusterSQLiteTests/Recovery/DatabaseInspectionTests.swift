import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("Looking at a database file")
struct DatabaseInspectionTests {
    @Test("a directory as it was made has no damage and no differences")
    func fine() async throws {
        let test = try await RecoveryFolder()
        let inspection = try test.inspect(test.path)
        #expect(try inspection.damage().isEmpty)
        #expect(try inspection.schemaDifferences().isEmpty)
        #expect(try inspection.administrators().map(\.user.username.text) == ["admin@example.com"])
        #expect(try inspection.keyFits() == nil)
    }

    @Test("looking changes nothing, not even where there is nothing")
    func readOnly() async throws {
        let test = try await RecoveryFolder()
        let before = try test.folder.bytes("muster.sqlite")
        _ = try test.inspect(test.path).damage()
        #expect(try test.folder.bytes("muster.sqlite") == before)
        let missing = test.folder.file("nothing")
        let code = await failure { _ = try test.inspect(missing).damage() }?.code
        #expect(code == .directoryMissing)
        #expect(!FileManager.default.fileExists(atPath: missing))
    }

    @Test("the master key that sealed the phone numbers is told from another one")
    func keys() async throws {
        let test = try await RecoveryFolder()
        try await test.addPhone()
        #expect(try test.inspect(test.path).keyFits() == true)
        let other = try test.inspect(test.path, with: MasterKey.random())
        #expect(try other.keyFits() == false)
    }

    @Test(
        "what was changed past the program is told",
        arguments: [
            ("DROP INDEX user_by_name", "the index user_by_name is missing"),
            ("CREATE TABLE note (text)", "the table note is none of this program's"),
            (
                "CREATE TRIGGER t AFTER INSERT ON user BEGIN SELECT 1; END",
                "the trigger t is none of this program's"
            ),
            ("CREATE VIEW v AS SELECT 1", "the view v is none of this program's"),
            (
                "ALTER TABLE user ADD COLUMN more TEXT",
                "the table user is not as this program makes it"
            ),
            (
                "UPDATE schema_migration SET digest = 'x' WHERE number = 1",
                "step 1 of the schema (users) is not this program's"
            ),
        ]
    )
    func differences(_ sql: String, _ told: String) async throws {
        let test = try await RecoveryFolder()
        try test.change(test.path, sql)
        #expect(try test.inspect(test.path).schemaDifferences() == [told])
    }

    @Test("a row that refers to nothing is told")
    func astray() async throws {
        let test = try await RecoveryFolder()
        try test.change(
            test.path,
            "PRAGMA foreign_keys = OFF; INSERT INTO password VALUES (99, 'x', 0, 0)"
        )
        let told = "a row of password refers to a user that is not there"
        #expect(try test.inspect(test.path).damage() == [told])
    }

    @Test(
        "zeros in the middle of a file are damage that both checks tell, and no error of their own"
    )
    func zeros() async throws {
        let test = try await RecoveryFolder()
        var bytes = try test.folder.bytes("muster.sqlite")
        bytes.replaceSubrange(
            4096..<(bytes.count - 4096),
            with: repeatElement(0, count: bytes.count - 8192)
        )
        try Data(bytes).write(to: URL(filePath: test.path))
        for isQuick in [true, false] {
            let refusal = await failure {
                let found = try test.inspect(test.path).damage(isQuick: isQuick)
                #expect(!found.isEmpty)
            }
            #expect(refusal == nil || refusal?.cause as? Trouble == .damage)
        }
    }

    @Test(
        "a store whose files are whole can be written to see whether it can, and is not changed by it"
    )
    func probe() async throws {
        let test = try await RecoveryFolder()
        let store = try test.open()
        let before = try store.read { reader throws(MusterError) in try reader.revision() }
        try await store.probe()
        let after = try store.read { reader throws(MusterError) in try reader.revision() }
        #expect(before == after)
        #expect(try #require(store.freeBytes) > 0)
        try store.close()
    }

    @Test(
        "a file that is no database is refused",
        arguments: ["", "SQLite", "SQLite format 4\0 and more", "{}"]
    )
    func foreign(_ text: String) async throws {
        let test = try await RecoveryFolder()
        let path = test.folder.file("other")
        try Data(text.utf8).write(to: URL(filePath: path))
        let code = await failure { _ = try test.inspect(path).summary() }?.code
        #expect(code == .directoryMissing)
    }

    @Test("only enabled administrators are named")
    func administrators() async throws {
        let test = try await RecoveryFolder()
        try test.change(test.path, "UPDATE user SET is_enabled = 0")
        #expect(try test.inspect(test.path).administrators().isEmpty)
    }

    @Test(
        "of an administrator is told whether it could come in, and whether by password",
        arguments: [
            ("SELECT 1", true, true), ("DELETE FROM password", true, false),
            ("DELETE FROM api_key", true, true),
            ("DELETE FROM password; DELETE FROM api_key", false, false),
            ("UPDATE user SET password_permitted = 0", true, false),
            ("UPDATE user SET password_permitted = 0, api_permitted = 0", false, false),
            ("DELETE FROM password; UPDATE user SET inactivity_timeout_s = 60", false, false),
        ]
    )
    func waysIn(_ change: String, _ canSignIn: Bool, _ hasPassword: Bool) async throws {
        let test = try await RecoveryFolder()
        try test.change(test.path, change)
        let found = try test.inspect(test.path).administrators()
        #expect(found.map(\.canSignIn) == [canSignIn])
        #expect(found.map(\.hasPassword) == [hasPassword])
    }
}
