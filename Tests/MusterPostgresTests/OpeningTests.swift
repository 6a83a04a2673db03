import Foundation
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Testing

@testable import MusterPostgres

@Suite("A database is looked at before it is used")
struct OpeningTests {
    private let server: PostgresServer

    init() throws {
        server = try PostgresServer.shared.get()
    }

    /// How opening a database fails.
    private func refusal(
        _ database: String,
        role: String = "muster",
        acceptsLoss: Bool = true
    ) async throws -> MusterError? {
        var place = try server.place(role, of: database)
        place.acceptsLoss = acceptsLoss
        return await failure { try await server.open(place) }
    }

    @Test("a step that has shipped is never edited")
    func pinned() {
        let digester = SystemDigester(MasterKey.random())
        let digests = Migration.all.map { Hex.text(digester.digest($0.sql.sql.utf8).bytes) }
        #expect(digests == Self.digests)
        #expect(Migration.all.map(\.number) == Array(1...Int64(Migration.all.count)))
    }

    /// SHA-256 of every step that has shipped.
    private static let digests = [
        "8c4b8061c85b168c6837a5603b945308cc646794cdabd62dd3128cad03ac2917",
        "49370e30a5d09ceaf190c5a8ce0a27585365ae4c0acd422129cc36aeb5bf4614",
        "8ca7359b12f227a68800186de029bb2af94c13933f51f2cde4213e8214fcf5ce",
        "578aab9ced98f0fb098327d97da683f0f83018ac89bd6cf6e912b151b4b35503",
        "06f3437a4b57f16c6e24a616091d26dc400b31182dbbf4389f8f5f84446c4f8f",
        "cf03b7942d2312e7a6c2298b28387e8c8dfafaf1b00d2f94728b281a43b56a7b",
        "ce1370bf0e6ba81623b4ec6440566d9e2367fa6546780228c2aaecdfc292c6ae",
        "d7b3e27680c7efac458a94e905715570f7b06ab5c5d405a2822cc13491a7e4c1",
        "8710394b7ed73595a0b78597b5489285c716b4ddbdb5e9592b66782588c98607",
    ]

    @Test("ten nodes start at once on an empty database, and again")
    func together() async throws {
        let place = try server.makePlace()
        for _ in 1...2 {
            let refusals = await withTaskGroup(of: MusterError?.self) { group in
                for _ in 0..<10 { group.addTask { await failure { try await server.open(place) } } }
                return await group.reduce(into: [MusterError?]()) { $0.append($1) }
            }
            #expect(refusals.compactMap(\.self).map(\.message) == [])
        }
    }

    @Test("the owner of an empty database, who may do nothing else, makes the schema in it")
    func leastRole() async throws {
        try server.run("CREATE ROLE least LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT")
        try server.run("CREATE DATABASE least OWNER least")
        #expect(try await refusal("least", role: "least") == nil)
    }

    @Test("a newer schema is refused, and one that was edited")
    func otherSchema() async throws {
        let place = try server.makePlace()
        try await server.open(place).close()
        let connection = try PostgresLink(place).connection()
        try connection.runScript("UPDATE schema_migration SET digest = 'x'")
        let edited = await failure { try await server.open(place) }
        #expect(edited?.message.contains("Schema step 1 (directory) is not the one") == true)
        try connection.runScript("INSERT INTO schema_migration VALUES (99, 'later', 'x')")
        let newer = await failure { try await server.open(place) }
        #expect(newer?.code == .storeTooNew)
        let told = "its schema is number 99, this program knows \(Migration.all.count)"
        #expect(newer?.message.contains(told) == true)
        // The commands by which the dump of before takes the place of what the newer version has made.
        let address = place.address.typed
        #expect(
            newer?.message.hasSuffix(
                "psql --dbname=\(address) --command='DROP SCHEMA muster CASCADE' && pg_restore --single-transaction "
                    + "--dbname=\(address) DUMP"
            ) == true
        )
    }

    @Test(
        "what belongs to something else, has no rights, another encoding or loses writes is refused"
    )
    func refused() async throws {
        try server.run("CREATE DATABASE taken OWNER muster")
        try server.run("CREATE TABLE invoice (id bigint)", in: "taken")
        let taken = try await refusal("taken")
        #expect(taken?.message.contains("it has a table \"invoice\" and none of muster's") == true)
        try server.run("CREATE DATABASE shop OWNER muster")
        try server.run(
            "CREATE SCHEMA shop; CREATE TABLE shop.invoice (id bigint)",
            in: "shop"
        )
        let shop = try await refusal("shop")
        #expect(shop?.message.contains("it has a table \"shop.invoice\" and none of") == true)

        try server.run("CREATE DATABASE foreign_owner")
        let rights = try await refusal("foreign_owner")
        #expect(rights?.message.contains("role lacks a right") == true)

        try server.run(
            "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0 OWNER muster"
        )
        let encoding = try await refusal("latin")
        #expect(encoding?.message.contains("has the encoding LATIN1") == true)

        try server.run("CREATE DATABASE safe OWNER muster")
        let loss = try await refusal("safe", acceptsLoss: false)
        #expect(loss?.message.contains("fsync or full_page_writes off") == true)

        try server.run("CREATE DATABASE frozen OWNER muster")
        try server.run("ALTER DATABASE frozen SET default_transaction_read_only = on")
        let frozen = try await refusal("frozen")
        #expect(frozen?.code == .storeUnavailable)
        #expect(frozen?.message.contains("read-only") == true)
    }

    @Test("a server that is older than what will do is refused")
    func older() async throws {
        let link = PostgresLink(try server.makePlace())
        var opening = PostgresOpening(
            place: try server.makePlace(),
            digester: SystemDigester(MasterKey.random())
        )
        #expect(PostgresOpening.oldest == 130_000)
        opening.oldest = 9_990_000
        let refusal = await failure { try opening.open(link) }
        #expect(refusal?.code == .storeUnavailable)
        #expect(refusal?.message.hasSuffix("; 13 or newer is needed.") == true)
    }

    /// Whether somebody waits for what one of the engine's processes has locked.
    private func isAwaited(_ process: Int64, _ owner: PostgresConnection) throws -> Bool {
        try owner.rows(
            """
            SELECT EXISTS (
                SELECT FROM pg_stat_activity WHERE ?::bigint = ANY (pg_blocking_pids(pid))
            )
            """,
            [process]
        ) { $0[0] as Bool } == [true]
    }

    @Test("a step is tried again while somebody uses the table that it changes")
    func usedTable() async throws {
        let place = try server.makePlace()
        try await server.open(place).close()
        let (user, owner) = (
            try PostgresLink(place).connection(),
            try server.connection("postgres")
        )
        try user.send("SET idle_in_transaction_session_timeout = 0")
        try user.send("BEGIN")
        let process = try user.rows(
            "SELECT pg_backend_pid()::bigint, count(*) FROM \"user\""
        ) { $0[0] as Int64 }
        var opening = PostgresOpening(place: place, digester: SystemDigester(server.key))
        // As often as it takes the test to look.
        opening.tries = 10_000
        opening.migrations.append(
            Migration(
                number: Int64(opening.migrations.count) + 1,
                name: "later",
                sql: "ALTER TABLE \"user\" ADD COLUMN later text"
            )
        )
        async let opened: Void = onThread { [opening] in
            try opening.open(PostgresLink(place))
        }
        // Somebody waits for the table, gives it up, and waits again.
        for isWaiting in [true, false, true] {
            while try isAwaited(process.first ?? 0, owner) != isWaiting { await Task.yield() }
        }
        user.rollBack()
        try await opened
        let columns = try user.rows(
            "SELECT count(*) FROM pg_attribute WHERE attrelid = '\"user\"'::regclass AND attname = 'later'"
        ) { $0[0] as Int64 }
        #expect(columns == [1])
    }

    @Test("what only looks or serves makes no schema, and what looks brings none up to date")
    func purposes() async throws {
        try server.run("CREATE DATABASE empty OWNER muster")
        var place = try server.place(of: "empty")
        place.acceptsLoss = true
        for purpose in [PostgresPurpose.looking, .serving] {
            let refusal = await failure { try await server.open(place, for: purpose) }
            #expect(refusal?.code == .directoryMissing)
            #expect(refusal?.message.contains("Run: muster init --store postgres") == true)
        }
        let count = try server.connection(of: "empty").rows(
            "SELECT count(*) FROM pg_namespace WHERE nspname = 'muster'"
        ) { $0[0] as Int64 }
        #expect(count == [0])
        try await server.open(place, for: .creating).close()
        for purpose in [PostgresPurpose.looking, .serving] {
            try await server.open(place, for: purpose).close()
        }
    }

    @Test("a summary tells the schema, the users and what the role may not do")
    func summary() async throws {
        let store = try await server.makeStore()
        let summary = try await store.summary()
        #expect(summary.isCurrent && !summary.isInitialised && !summary.isSuperuser)
        #expect(summary.schema == Int64(Migration.all.count))
        #expect(summary.users == 0)
        #expect(summary.closedTables == [])
        #expect(summary.takesNumbers)
        #expect(!summary.version.isEmpty)
        try await store.close()
    }

    @Test("an address is shown as other programs take it")
    func tools() throws {
        let address = try PostgresAddress(
            "postgresql://muster:hunter2@db1:5432,db2:5433/my%20database?sslmode=require"
        )
        for part in ["host=db1,db2", "port=5432,5433", "dbname='my database'", "sslmode=require"] {
            #expect(address.shown.contains(part))
        }
        #expect(!address.shown.contains("hunter2"))
    }

    @Test("what cannot be reached is refused with what the engine says, and without the password")
    func unreachable() async throws {
        let missing = try await refusal("no_such_database")
        #expect(missing?.message.contains("database \"no_such_database\" does not exist") == true)
        let stranger = try await refusal("muster", role: "stranger")
        #expect(stranger?.message.contains("role \"stranger\" does not exist") == true)
        let address = try PostgresAddress("postgresql://muster:hunter2@127.0.0.1:1/muster")
        let closed = await failure { try await server.open(PostgresPlace(address: address)) }
        #expect(closed?.code == .storeUnavailable)
        #expect(closed?.message.contains("The database at 127.0.0.1 cannot be reached") == true)
        #expect(closed?.message.contains("refused Is the server running on that host") == true)
        #expect("\(String(describing: closed))".contains("hunter2") == false)
    }

    @Test(
        "an address that libpq cannot read is refused without being quoted",
        arguments: [
            "", "postgresql://[", "host='a", "nonsense", "port=1 no_such_option=hunter2",
            "host=a\0b",
        ]
    )
    func addresses(_ text: String) {
        let fault = #expect(throws: PostgresAddress.Fault.self) { try PostgresAddress(text) }
        #expect(fault == .unreadable && fault?.rule.contains("hunter2") == false)
    }

    @Test("an address by which a standby would be asked is refused")
    func standbys() throws {
        for word in ["any", "read-only", "standby", "prefer-standby", "", "hunter2"] {
            let text = "postgresql://db1,db2/muster?target_session_attrs=\(word)"
            let fault = #expect(throws: PostgresAddress.Fault.self) { try PostgresAddress(text) }
            #expect(fault == .standbys && fault?.rule.contains("hunter2") == false)
        }
        for word in ["read-write", "primary"] {
            let address = try PostgresAddress("host=db1,db2 target_session_attrs=\(word)")
            #expect(address.servers.count == 2)
        }
    }

    @Test("a file of passwords that others may read, or that is not there, is refused")
    func passwordFile() async throws {
        let folder = try TemporaryFolder()
        let file = folder.file("passwords")
        let address = try PostgresAddress("host=\(server.folder) user=muster passfile=\(file)")
        let missing = await failure { try await server.open(PostgresPlace(address: address)) }
        #expect(missing?.message.contains("cannot be read") == true)
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
        chmod(file, 0o644)
        let open = await failure { try await server.open(PostgresPlace(address: address)) }
        #expect(open?.message.contains("may be read by others") == true)
    }

    @Test("servers that are named together are taken apart, and what libpq refuses is left to it")
    func servers() throws {
        let list = try PostgresAddress("host=db1,db2 port=5433,5434 user=muster")
        #expect(
            list.servers == [
                ["host": "db1", "port": "5433"], ["host": "db2", "port": "5434"],
            ]
        )
        let uri = try PostgresAddress(
            "postgresql://muster@db1,db2/muster?hostaddr=10.0.0.1,10.0.0.2"
        )
        #expect(
            uri.servers.map { $0["hostaddr"] } == ["10.0.0.1", "10.0.0.2"]
                && uri.servers.map { $0["host"] } == ["db1", "db2"]
        )
        #expect(
            try PostgresAddress("host=db1,db2 port=5433").servers
                == [["host": "db1"], ["host": "db2"]]
        )
        for text in ["host=db1 port=5433", "user=muster", "host=db1,db2 port=1,2,3", "host=,db2"] {
            #expect(try PostgresAddress(text).servers == [[:]], "\(text)")
        }
    }

    @Test("an address tells its hosts and whether a password stands in it, and shows neither")
    func shown() throws {
        let address = try PostgresAddress(
            "postgresql://muster:hunter2@db1:5432,db2:5433/muster?sslmode=require"
        )
        #expect(address.hosts == "db1,db2")
        #expect(address.hasPassword)
        #expect(!"\(address)".contains("hunter2"))
    }
}
