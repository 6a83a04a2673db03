import Foundation
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Testing

@testable import MusterPostgres
@testable import MusterSQLite

@Suite("Databases that older versions have left")
struct SchemaUpgradeTests {
    private static let jane = UserID(rawValue: 3)

    /// Columns that steps after the first have added: the copy writes them, and an earlier schema has them for that alone.
    private static let added: [(step: Int, begin: StatementText, end: StatementText)] = [
        (
            6, "ALTER TABLE session ADD COLUMN program text",
            "ALTER TABLE session DROP COLUMN program"
        ),
        (
            9,
            """
            ALTER TABLE directory ADD COLUMN first_user_number bigint,
                ADD COLUMN first_group_number bigint
            """,
            """
            ALTER TABLE directory DROP COLUMN first_user_number, DROP COLUMN first_group_number
            """
        ),
    ]
    /// What an earlier schema has in them.
    private static let nothing: StatementText = """
        UPDATE session SET program = NULL;
        UPDATE directory SET first_user_number = NULL, first_group_number = NULL
        """

    private let server: PostgresServer

    init() throws {
        server = try PostgresServer.shared.get()
    }

    /// A directory that has something in every table, as SQLite's own tests of upgrades keep it.
    private func stored(in folder: TemporaryFolder) throws -> FilledTables {
        let schema = MusterSQLite.Migration.all.count
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "MusterSQLiteTests/Fixtures/schema-\(schema)-full.sql")
        let handle = try SQLiteHandle(asItIs: folder.file("stored.sqlite"))
        try handle.runAll(
            StatementText(stringLiteral: try String(contentsOf: file, encoding: .utf8))
        )
        return FilledTables(handle)
    }

    private func rows(of tables: any StoredTables) throws -> [[[StoredValue]]] {
        try StoredTable.all.map { try tables.rows(of: $0, after: nil, limit: 1000) }
    }

    @Test(
        "a database of any earlier schema is brought up to date with all that was in it, and followed from there",
        arguments: 1...MusterPostgres.Migration.all.count
    )
    func broughtUp(_ schema: Int) async throws {
        let (place, folder) = (try server.makePlace(), try TemporaryFolder())
        let digester = SystemDigester(server.key)
        let link = PostgresLink(place)
        var former = PostgresOpening(place: place, digester: digester)
        former.migrations = Array(MusterPostgres.Migration.all.prefix(schema))
        try former.open(link)
        let connection = try link.connection()
        let tables = PostgresTables(connection, place.schema)
        let later = Self.added.filter { $0.step > schema }
        for column in later { try connection.runScript(column.begin) }
        try connection.send("BEGIN")
        try TableCopy(digester: digester).run(from: try stored(in: folder), to: tables)
        #expect(try connection.finish("COMMIT") == "COMMIT")
        if !later.isEmpty { try connection.runScript(Self.nothing) }
        let before = try rows(of: tables)
        for column in later { try connection.runScript(column.end) }
        for (table, rows) in zip(StoredTable.all, before) {
            #expect(!rows.isEmpty, "the stored directory has nothing in \(table.name)")
        }
        link.drop()

        let node = try await ReplicatedNode.open(place)
        let after = try rows(of: PostgresTables(try link.connection(), place.schema))
        for (table, (before, after)) in zip(StoredTable.all, zip(before, after)) {
            #expect(after == before, "\(table.name)")
        }
        link.drop()
        try await node.whenFresh()
        try requireJane(try await node.store.read(.bounded, Self.look))
        // What the steps have made is there for what is changed from now on.
        let added = try await node.store.write { transaction throws(MusterError) in
            try transaction.insertUser(
                UserDraft(username: Username(stored: "after@example.com")),
                uuid: UUID(),
                at: FixedClock.start
            )
        }
        #expect(added.id == UserID(rawValue: 6), "numbers are not given a second time")
        try await #require(node.store.follower.catchUp())
        let copy = try #require(node.store.follower.copy)
        try requireJane(try copy.readNow(Self.look).result)
        let followed = try copy.readNow { reader throws(MusterError) in
            try reader.user(.id(added.id))
        }
        #expect(followed.result?.username.text == "after@example.com")
        let found = try await node.store.read(.unbounded) { reader throws(MusterError) in
            var query = UserQuery(limit: 10)
            query.infix = "after@exam"
            return try reader.users(query)
        }
        #expect(found.map(\.id) == [added.id])
        try await node.close()
    }

    private struct Found: Sendable {
        let user: User?
        let factors: FactorCounts
        let person: Person?
    }

    private static func look(_ reader: any DirectoryReader) throws(MusterError) -> Found {
        Found(
            user: try reader.user(.id(jane)),
            factors: try reader.factorCounts(of: jane),
            person: try reader.person(of: jane)
        )
    }

    private func requireJane(_ found: Found) throws {
        let user = try #require(found.user)
        #expect(user.name == "Jane Doe")
        #expect(user.hosts == (try AllowedNetworks(["10.0.0.0/8", "2001:db8::7"])))
        #expect(user.masks == Masks(read: 55, write: 8, liveview: 3))
        #expect(user.expiresAt == Timestamp(rawValue: 1_900_000_000_000))
        #expect(user.note == "Back in \u{201c}May\u{201d}")
        #expect(user.groups.count == 1)
        #expect(found.factors == FactorCounts(apps: 1, passkeys: 1, recoveryCodes: 2))
        #expect(found.person?.externalID == "e-7")
    }
}
