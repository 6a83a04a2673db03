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

    @Test("login names that programs over LDAP take for something else are counted and named")
    func names() async throws {
        let test = try await RecoveryFolder()
        for kind in [DatabaseInspection.UncommonNames.withSigns, .besideAddress] {
            #expect(try test.inspect(test.path).uncommonNames(kind, limit: 2).count == 0)
        }
        let people: [(name: String, email: String?)] = [
            ("a+b@example.com", nil), ("c=d", "other@example.com"), ("e+f", nil),
            ("jane@example.com", "Jane@Example.com"), ("june@example.com", "j@example.com"),
        ]
        let store = try test.open()
        try await store.write { transaction throws(MusterError) in
            for person in people {
                let draft = UserDraft(username: try Username(person.name), email: person.email)
                _ = try transaction.insertUser(draft, uuid: UUID(), at: FixedClock.start)
            }
        }
        try store.close()
        let signs = try test.inspect(test.path).uncommonNames(.withSigns, limit: 2)
        #expect(signs.names == ["a+b@example.com", "c=d"] && signs.count == 3)
        let others = try test.inspect(test.path).uncommonNames(.besideAddress, limit: 2)
        #expect(others.names == ["june@example.com"] && others.count == 1)
    }

    @Test("numbers of accounts begin where they were wanted first, whatever is wanted later")
    func accountNumbers() async throws {
        let test = try await RecoveryFolder()
        #expect(try test.inspect(test.path).accountNumbers() == nil, "no machine was told any")
        let first = AccountNumbers(firstUser: 100_000, firstGroup: 200_000)
        let store = try test.open()
        #expect(try store.keep(first) == first)
        #expect(try store.keep(.usual) == first)
        try store.close()
        let again = try test.open()
        #expect(try again.keep(AccountNumbers(firstUser: 100_000, firstGroup: 7)) == first)
        try again.close()
        #expect(try test.inspect(test.path).accountNumbers() == first)
    }

    @Test("the master key that sealed the phone numbers is told from another one")
    func keys() async throws {
        let test = try await RecoveryFolder()
        try await test.addPhone()
        #expect(try test.inspect(test.path).keyFits() == true)
        let other = try test.inspect(test.path, with: MasterKey.random())
        #expect(try other.keyFits() == false)
    }

    @Test("the master key that sealed the apps is told from another one, where nothing else tells")
    func keyOfApps() async throws {
        let test = try await RecoveryFolder()
        try await test.addApp()
        #expect(try test.inspect(test.path).keyFits() == true)
        #expect(try test.inspect(test.path).beyondTheKey(limit: 5).count == 0)
        let other = try test.inspect(test.path, with: MasterKey.random())
        #expect(try other.keyFits() == false)
        let found = try other.beyondTheKey(limit: 5)
        #expect(found.names == ["admin@example.com"] && found.count == 1)
    }

    @Test("an app whose secret another master key has sealed is listed and removed like any other")
    func unreadableApp() async throws {
        let test = try await RecoveryFolder()
        try await test.addApp()
        let store = try SQLiteStore(
            path: test.path,
            sealer: SodiumSealer(MasterKey.random()),
            digester: SystemDigester(test.key)
        )
        let owner = UserID(rawValue: 2)
        let left = try await store.write { transaction throws(MusterError) in
            let found = try transaction.factors(of: owner)
            guard case .timeCode(let secret)? = found.first?.proof, secret.key == nil else {
                return -1
            }
            for factor in found { try transaction.deleteFactor(factor.id) }
            return try transaction.factors(of: owner).count
        }
        #expect(left == 0)
        try store.close()
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
        #expect(try test.inspect(test.path).schemaDifferences().map(\.text) == [told])
    }

    @Test("of two tables whose names differ in their bytes alone both are told, and can be removed")
    func equalNames() async throws {
        let test = try await RecoveryFolder()
        let names = ["caf\u{e9}", "cafe\u{301}"]
        for name in names { try test.change(test.path, "CREATE TABLE \"\(name)\" (text)") }
        let found = try test.inspect(test.path).schemaDifferences()
        #expect(found.map(\.text.utf8.count).sorted() == names.map { told($0).utf8.count }.sorted())
        for removal in found.compactMap(\.removal) { try test.change(test.path, removal) }
        #expect(try test.inspect(test.path).schemaDifferences().isEmpty)
    }

    private func told(_ table: String) -> String { "the table \(table) is none of this program's" }

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
        "zeros in the middle of a file are damage that is told, and no error of its own"
    )
    func zeros() async throws {
        let test = try await RecoveryFolder()
        var bytes = try test.folder.bytes("muster.sqlite")
        bytes.replaceSubrange(
            4096..<(bytes.count - 4096),
            with: repeatElement(0, count: bytes.count - 8192)
        )
        try Data(bytes).write(to: URL(filePath: test.path))
        let refusal = await failure {
            let found = try test.inspect(test.path).damage()
            #expect(!found.isEmpty)
        }
        #expect(refusal == nil || refusal?.cause as? Trouble == .damage)
    }

    @Test("a bit that turned in a value is damage where an index knows the value")
    func bit() async throws {
        let test = try await RecoveryFolder()
        let name = Array("admin@example.com".utf8)
        let bytes = try test.folder.bytes("muster.sqlite")
        let places = bytes.indices.filter { bytes[$0...].starts(with: name) }
        let found = try places.filter { place in
            var turned = bytes
            turned[place] ^= 1
            try Data(turned).write(to: URL(filePath: test.path))
            return try !test.inspect(test.path).damage().isEmpty
        }
        // The row, and the indexes by user name, by name and by e-mail address.
        #expect(found.count >= 4)
    }

    @Test("what was only added is told with the statement that removes it")
    func removal() async throws {
        let test = try await RecoveryFolder()
        try test.change(test.path, "CREATE INDEX \"the \"\"new\"\"\" ON user (name)")
        let removal = try #require(
            try test.inspect(test.path).schemaDifferences().first?.removal
        )
        try test.change(test.path, removal)
        #expect(try test.inspect(test.path).schemaDifferences().isEmpty)
        try test.change(test.path, "DROP INDEX user_by_name")
        #expect(try test.inspect(test.path).schemaDifferences().map(\.removal) == [nil])
    }

    @Test("who looks at a database that nobody else uses leaves nothing beside it")
    func alone() async throws {
        let test = try await RecoveryFolder()
        let key = MasterKey.random()
        let names = {
            try FileManager.default.contentsOfDirectory(atPath: test.folder.path).sorted()
        }
        let before = try names()
        let damage = try DatabaseInspection(
            path: test.path,
            sealer: SodiumSealer(key),
            digester: SystemDigester(key),
            isAlone: true
        ).damage()
        #expect(damage.isEmpty)
        #expect(try names() == before)
    }

    @Test(
        "a store whose files are whole can be written to see whether it can, and is not changed by it"
    )
    func probe() async throws {
        let test = try await RecoveryFolder()
        let store = try test.open()
        let before = try store.readNow { reader throws(MusterError) in try reader.revision() }
        try await store.probe()
        let after = try store.readNow { reader throws(MusterError) in try reader.revision() }
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
        let refusal = await failure { _ = try test.inspect(path).summary() }
        #expect(refusal?.code == .directoryMissing)
        let reason = text.isEmpty ? "is empty." : "is no database of SQLite."
        #expect(refusal?.message == "\(path) \(reason)")
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
            ("UPDATE user SET expires_at = 253402300799999", false, true),
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
