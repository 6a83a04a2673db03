import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("The schema and its steps")
struct MigrationTests {
    private let folder: StoreFolder
    private let migrator = Migrator(digester: SystemDigester(MasterKey.random()))

    init() throws {
        folder = try StoreFolder()
    }

    /// SHA-256 of every step that has shipped.
    ///
    /// A step is never edited: data directories made by it are out there. A change of the schema is a new
    /// step, and a new line here.
    static let digests = [
        "users": "14e8a65eb044ffb54eac4d8f0725ff1567e9d027bdd12c610bb9dd4a32fb9a35",
        "login sources": "38e0403e182b9fe523805aeee6cce76c3bada457a0056b6d3ba54561e451ccc2",
        "group looks": "ab40579249c10dc17fd8265e05598ec3886a8ef7e0d4ef9cdf366d7fe3c7913e",
        "session times": "ab0b06591384c675f182cc5e397a65ac0829d28b3ac092ed9ccffa859e21bf4f",
        "folded looks": "fd1f021758186aa50e97c3471d1c0e224c538d3e654226940f85ce0d09960e7a",
        "member counts": "4eed45f9bc5db19d60f3b0e198992695b9d5110f9195ca2b70c67093f96c07b4",
        "expiry and note": "eb19822bcd28dd93179fc96d02a94a92ef2a3154f3d7a829203af20ba7023573",
        "factors": "046ef95ec9719fa1947c4fedd19aa59473c28c9a8ece6ad83756245b66797cde",
        "passkey sites": "4bdf91557a5115706c14fc34aac9c85dbd615dae5b75c6827680be0a400fb3cf",
        "persons": "1af1fc0ecfdfe24057cd3453a21d0d415ba86e08d7f611e65ad5d699b5762a8f",
        "audit search": "83ac750c10983ccd8a4206ee4a17913d9ff85af61942a4a1b7d1a78d81c2df0a",
        "user search": "cbdfe756fd800015d367a53de4f2f9094681857b36a1086686aed316962e77d7",
        "user changes": "d92846ff0502e3133d847bfc1e29459b2b8b8e12abba6a044df63def04b564f8",
        "session programs": "4ac1a07b0d35f3a569264ec2a4cc62827efbedba4fe5f78f664d86e7a24a443e",
        "account numbers": "3be99f3584e67362655546e5b8621ff2cbdbc6aecd3f41aaaaa94d97173fc7ed",
        "key check": "ac30b58ee802e721cede61ab6d0caebd474d71079b2a874a8e3416fc37ccf347",
    ]

    @Test("a step that has shipped is never edited", arguments: Migration.all.map(\.name))
    func pinned(_ name: String) throws {
        let step = try #require(Migration.all.first { $0.name == name })
        #expect(migrator.digest(step) == Self.digests[name])
    }

    @Test("steps are numbered from 1 without gaps, and none is gone")
    func numbers() {
        #expect(Migration.all.map(\.number) == Array(1...Migration.all.count))
        #expect(Set(Migration.all.map(\.name)) == Set(Self.digests.keys))
    }

    @Test("opening a file again changes nothing")
    func idempotent() async throws {
        let first = try folder.open()
        let user = try await first.insert("jane@example.com")
        try first.close()
        for _ in 1...2 {
            let store = try folder.open()
            #expect(
                try store.readNow { reader throws(MusterError) in try reader.user(.id(user.id)) }
                    == user
            )
            try store.close()
        }
        #expect(try schemaRows() == Migration.all.count)
    }

    @Test("a file made by a newer version is refused, and left as it is")
    func newer() async throws {
        try folder.open().close()
        try change("INSERT INTO schema_migration (number, name, digest) VALUES (99, 'later', 'x')")
        let before = try folder.folder.bytes("muster.sqlite")
        let refusal = await failure { try folder.open() }
        #expect(refusal?.code == .storeTooNew)
        #expect(refusal?.message.contains("99") == true)
        #expect(try folder.folder.bytes("muster.sqlite") == before)
    }

    @Test("a file made by a step that was altered since is refused")
    func altered() async throws {
        try folder.open().close()
        try change(
            "UPDATE schema_migration SET digest = replace(digest, 'a', 'b') WHERE number = 1"
        )
        let refusal = await failure { try folder.open() }
        #expect(refusal?.code == .storeUnavailable)
        #expect(refusal?.message.contains("users") == true, "the step is named")
    }

    @Test("a file that is no database is refused")
    func garbage() async throws {
        try String(repeating: "no database ", count: 1000).write(
            toFile: folder.folder.file("muster.sqlite"),
            atomically: false,
            encoding: .utf8
        )
        let refusal = await failure { try folder.open() }
        #expect(refusal?.code == .storeUnavailable)
    }

    @Test("steps that are missing are added to those that are there")
    func forward() throws {
        let handle = try SQLiteHandle.inMemory()
        let first = Migration(number: 1, name: "one", sql: "CREATE TABLE a (x INTEGER) STRICT;")
        let second = Migration(number: 2, name: "two", sql: "ALTER TABLE a ADD COLUMN y INTEGER;")
        for steps in [[first], [first, second], [first, second]] {
            try Migrator(digester: PlainDigester(), migrations: steps).migrate(handle)
        }
        let columns = try handle.texts("SELECT name FROM pragma_table_info('a') ORDER BY cid")
        #expect(columns == ["x", "y"])
    }

    @Test("a step that fails leaves nothing of itself, and those before it stay")
    func failingStep() throws {
        let handle = try SQLiteHandle.inMemory()
        let first = Migration(number: 1, name: "one", sql: "CREATE TABLE a (x INTEGER) STRICT;")
        let broken = Migration(
            number: 2,
            name: "two",
            sql: "CREATE TABLE b (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1);"
        )
        #expect(throws: SQLiteError.self) {
            try Migrator(digester: PlainDigester(), migrations: [first, broken]).migrate(handle)
        }
        let tables = try handle.texts("SELECT name FROM sqlite_schema WHERE name IN ('a', 'b')")
        #expect(tables == ["a"])
        #expect(try handle.numbers("SELECT number FROM schema_migration") == [1])
    }

    @Test("groups from before are found by what their names look like")
    func looks() throws {
        let handle = try SQLiteHandle.inMemory()
        let digester = PlainDigester()
        let steps = Migration.all
        let names = ["Zo\u{EB}", "ZOE\u{308}", "Team", "Stra\u{DF}e"]
        try Migrator(digester: digester, migrations: Array(steps.prefix(3))).migrate(handle)
        for name in names {
            try handle.run(
                "INSERT INTO user_group (uuid, name) VALUES (randomblob(16), ?)",
                [name]
            )
        }
        // As they were before case was folded.
        try Migrator(digester: digester, migrations: Array(steps.prefix(5))).migrate(handle)
        try handle.run("UPDATE user_group SET look = 'stra\u{DF}e' WHERE id = 5", [])
        try Migrator(digester: digester, migrations: steps).migrate(handle)
        let looks = try handle.texts("SELECT look FROM user_group ORDER BY id")
        #expect(
            looks.map { Array($0.utf8) }
                == ["zo\u{EB}", "zo\u{EB}", "team", "strasse"].map { Array($0.utf8) }
        )
    }

    @Test("members of groups from before are counted, and those who come and go later")
    func memberCounts() throws {
        let handle = try SQLiteHandle.inMemory()
        let digester = PlainDigester()
        let steps = Migration.all
        try Migrator(digester: digester, migrations: Array(steps.prefix(5))).migrate(handle)
        try handle.runAll(
            """
            INSERT INTO user (id, uuid, username, role, created_at, changed_at)
            VALUES (2, randomblob(16), 'a', 16, 0, 0), (3, randomblob(16), 'b', 16, 0, 0);
            INSERT INTO user_group (id, uuid, name)
            VALUES (2, randomblob(16), 'one'), (3, randomblob(16), 'two');
            INSERT INTO group_member VALUES (2, 2), (2, 3);
            """
        )
        try Migrator(digester: digester, migrations: steps).migrate(handle)
        let changes: [StatementText] = [
            "", "INSERT INTO group_member VALUES (3, 2)",
            "INSERT INTO group_member VALUES (3, 2) ON CONFLICT DO NOTHING",
            "UPDATE group_member SET group_id = 3 WHERE group_id = 2 AND user_id = 3",
            "PRAGMA foreign_keys = ON; DELETE FROM user WHERE id = 2",
            "DELETE FROM group_member WHERE group_id = 3",
        ]
        let counts = try changes.map { change in
            try handle.runAll(change)
            return try handle.numbers("SELECT member_count FROM user_group ORDER BY id")
        }
        #expect(counts == [[2, 0], [2, 1], [2, 1], [1, 2], [0, 1], [0, 0]])
    }

    @Test("users from before expire never, and nothing is noted about them")
    func formerUsers() throws {
        let handle = try SQLiteHandle.inMemory()
        let digester = PlainDigester()
        let steps = Migration.all
        try Migrator(digester: digester, migrations: Array(steps.prefix(7))).migrate(handle)
        try handle.runAll(
            """
            INSERT INTO user (id, uuid, username, role, created_at, changed_at)
            VALUES (2, randomblob(16), 'a', 16, 0, 0);
            """
        )
        try Migrator(digester: digester, migrations: steps).migrate(handle)
        let transaction = SQLiteTransaction(handle, sealer: SodiumSealer(MasterKey.random()))
        let user = try transaction.user(.id(UserID(rawValue: 2)))
        #expect(user?.username.text == "a" && user?.expiresAt == nil && user?.note == nil)
    }

    private func change(_ sql: String) throws {
        let handle = try SQLiteHandle(asItIs: folder.folder.file("muster.sqlite"))
        try handle.inTransaction { try handle.runAll(StatementText(stringLiteral: sql)) }
        try handle.close()
    }

    private func schemaRows() throws -> Int? {
        try SQLiteHandle(asItIs: folder.folder.file("muster.sqlite"))
            .numbers("SELECT count(*) FROM schema_migration").first
    }

    @Test(
        "sessions that ended before it was kept whose they were are still told why, and forgotten in time"
    )
    func formerEnds() throws {
        let handle = try SQLiteHandle.inMemory()
        let digester = PlainDigester()
        let steps = Migration.all
        try Migrator(digester: digester, migrations: Array(steps.prefix(4))).migrate(handle)
        try handle.runAll(
            """
            INSERT INTO ended_session (token_digest, reason, ended_at)
            VALUES (zeroblob(32), 'disabled', 1000)
            """
        )
        try Migrator(digester: digester, migrations: steps).migrate(handle)
        let transaction = SQLiteTransaction(handle, sealer: SodiumSealer(MasterKey.random()))
        let digest = Digest([UInt8](repeating: 0, count: 32))
        #expect(try transaction.sessionEnd(digest) == .disabled)
        for (limit, count) in [(1000, 0), (1001, 1)] {
            let forgotten = try transaction.forgetSessionEnds(
                before: Timestamp(rawValue: Int64(limit)),
                keeping: 10,
                atMost: 10
            )
            #expect(forgotten == count)
        }
        #expect(try transaction.sessionEnd(digest) == nil)
    }
}
