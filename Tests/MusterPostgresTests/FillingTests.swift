import Dispatch
import Foundation
import MusterCore
import MusterCrypto
import MusterSQL
import MusterSQLite
import MusterTesting
import Synchronization
import Testing

@testable import MusterPostgres

@Suite("A copy is filled as the engine sends it")
struct FillingTests {
    private let server: PostgresServer
    private let place: PostgresPlace

    init() throws {
        server = try PostgresServer.shared.get()
        place = try server.makePlace()
    }

    /// Opens a directory in which there are so many users beside its first one, and a connection to its tables.
    private func makeUsers(_ count: Int) async throws -> (TestDirectory, PostgresConnection) {
        let directory = try await TestDirectory(store: try await server.open(place))
        let connection = try PostgresLink(place).connection()
        // Nobody searches here, and nobody follows yet.
        try connection.send("DROP INDEX user_by_runs")
        try connection.send("SELECT set_config('muster.position', 'none', false)")
        for start in stride(from: 1, through: count, by: 10_000) {
            try connection.send(
                """
                INSERT INTO "user" (uuid, username, name, role, created_at, changed_at)
                SELECT gen_random_uuid(), 'user' || n, 'Jäne ' || n, 32, n, n
                FROM generate_series(?::bigint, ?::bigint) AS n
                """,
                [start, min(count, start + 9_999)]
            )
            try connection.settle()
        }
        return (directory, connection)
    }

    private func pieces(
        _ text: StatementText,
        on connection: PostgresConnection,
        unless isOver: () -> Bool = { false }
    ) throws -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        try connection.copyOut(text, unless: isOver) { pieces.append(Array($0)) }
        return pieces
    }

    @Test("a copy has all of many users, and tells how it goes on")
    func many() async throws {
        let count = 100_001
        let (directory, _) = try await makeUsers(count)
        let node = try await ReplicatedNode.open(place)
        try await node.whenFresh()
        let total = try await directory.directory.store.read(.unbounded) {
            reader throws(MusterError) in
            try reader.userCount()
        }
        #expect(node.notes.all.contains { $0.contains("progress(users: 100") }, "\(node.notes.all)")
        #expect(node.notes.all.contains { $0.contains("filled(users: \(total)") })
        let last = try #require(node.store.follower.copy).readNow { reader throws(MusterError) in
            try reader.user(.username("USER\(count)"))
        }.result
        #expect(last?.name == "Jäne \(count)")
        try await node.close()
    }

    @Test(
        "a node that is closed while its copy is filled ends, and leaves no half of one",
        .timeLimit(.minutes(10))
    )
    func closed() async throws {
        let (_, _) = try await makeUsers(1)
        let blocker = try PostgresLink(place).connection()
        // The tables before it are read, and this one not while the lock is held.
        try blocker.send("SET idle_in_transaction_session_timeout = 0")
        try blocker.send("BEGIN")
        try blocker.send("LOCK TABLE user_group IN ACCESS EXCLUSIVE MODE")
        try blocker.settle()
        let folder = try TemporaryFolder()
        let store = ReplicatedStore(
            try await server.open(place, for: .serving),
            as: FeedNode(name: "test", version: "0"),
            in: ReplicaFiles(
                folder: folder.path,
                sealer: SodiumSealer(server.key),
                digester: SystemDigester(server.key)
            )
        )
        let owner = try server.connection("postgres")
        var waiting: Int64 = 0
        while waiting == 0 {
            try Task.checkCancellation()
            await Task.yield()
            waiting =
                try owner.rows(
                    "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = to_regclass(?)::oid",
                    ["\(place.schema).user_group"]
                ) { $0[0] as Int64 }.first ?? 0
        }
        try await store.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        blocker.rollBack()
    }

    @Test("COPY gives a header, rows and an end, and the connection goes on in its pipeline")
    func goesOn() async throws {
        let (_, connection) = try await makeUsers(3)
        let copy: StatementText =
            "COPY (SELECT id FROM \"user\" ORDER BY id) TO STDOUT (FORMAT binary)"
        for _ in 1...2 {
            var reading = BinaryCopy([.integer])
            for piece in try pieces(copy, on: connection) {
                try piece.withUnsafeBytes { try reading.take($0) }
            }
            try reading.finish()
            // With the directory's first user.
            #expect(reading.takeRows().count == 4)
            let counted = try connection.rows("SELECT count(*) FROM \"user\"") { $0[0] as Int }
            #expect(counted == [4])
        }
    }

    @Test("a COPY that the engine refuses, or breaks off, is refused, and the connection goes on")
    func refused() async throws {
        let (_, connection) = try await makeUsers(3)
        let wrong: [StatementText] = [
            "COPY (SELECT id FROM nothing) TO STDOUT (FORMAT binary)",
            "COPY (SELECT 1 / (3 - n) FROM generate_series(1, 4) AS n) TO STDOUT (FORMAT binary)",
        ]
        for text in wrong {
            let error = #expect(throws: PostgresError.self) { try pieces(text, on: connection) }
            #expect(error?.kind == .statement)
            connection.rollBack()
            #expect(try connection.rows("SELECT 1::bigint") { $0[0] as Int } == [1])
        }
    }

    @Test("whoever does not want the rows any more, or throws at them, is let go of at once")
    func givenUp() async throws {
        let copy: StatementText =
            "COPY (SELECT n, pg_sleep(3600) FROM generate_series(1, 2) AS n) TO STDOUT (FORMAT binary)"
        let (_, first) = try await makeUsers(1)
        var asked = 0
        let error = #expect(throws: PostgresError.self) {
            try pieces(copy, on: first) {
                asked += 1
                return asked > 2
            }
        }
        #expect(error?.kind == .connection)
        #expect(!first.isOpen)
        let second = try PostgresLink(place).connection()
        let never = { false }
        #expect(throws: CancellationError.self) {
            try second.copyOut("COPY (SELECT 1) TO STDOUT (FORMAT binary)", unless: never) {
                _ in
                throw CancellationError()
            }
        }
        #expect(!second.isOpen)
    }

    @Test("rows that do not come in time are not waited for", .timeLimit(.minutes(10)))
    func late() async throws {
        let (_, connection) = try await makeUsers(1)
        connection.patience = .milliseconds(300)
        let error = #expect(throws: PostgresError.self) {
            try pieces("COPY (SELECT pg_sleep(3600)) TO STDOUT (FORMAT binary)", on: connection)
        }
        #expect(error?.message == "no answer came in time")
    }
}

@Suite("Batches of rows pass from one thread to another")
struct ReplicaBatchesTests {
    private func batch(_ number: Int64) throws -> ReplicaBatches.Batch {
        (
            table: try #require(ReplicatedTable.all.first),
            rows: StoredRows(bytes: [], cells: [.integer(number)], width: 1)
        )
    }

    @Test("all arrive in their order, however little room there is")
    func order() async throws {
        let batches = ReplicaBatches(room: 1)
        let made = try (1...100).map { try batch($0) }
        async let adding: Void = onThread {
            for batch in made { try batches.add(batch) }
            batches.finish()
        }
        let found = try await onThread {
            var found: [StoredRows.Cell] = []
            while let (_, rows) = try batches.next() { found += rows.cells }
            return found
        }
        #expect(found == (1...100).map { .integer($0) })
        try await adding
    }

    @Test(
        "whoever adds is told that nobody takes any more, however often, and also while he waits for room"
    )
    func unwanted() async throws {
        let batches = ReplicaBatches(room: 1)
        let one = try batch(1)
        try batches.add(one)
        async let isTold = onThread {
            do {
                try batches.add(one)
                return false
            } catch { return true }
        }
        batches.giveUp()
        #expect(try await isTold)
        for _ in 1...3 {
            #expect(throws: ReplicaBatches.Unwanted.self) { try batches.add(one) }
        }
    }

    @Test("whoever takes is told that no more will come, and what waited is not taken")
    func givenUp() throws {
        let batches = ReplicaBatches(room: 2)
        try batches.add(try batch(1))
        batches.giveUp()
        let error = #expect(throws: MusterError.self) { _ = try batches.next() }
        #expect(error?.code == .storeUnavailable)
    }

    @Test("batches that nobody has taken go with what held them, and end nothing else")
    func letGo() throws {
        for room in 1...4 {
            var batches: ReplicaBatches? = ReplicaBatches(room: room)
            for number in 1...room { try batches?.add(try batch(Int64(number))) }
            batches?.giveUp()
            weak let held = batches
            batches = nil
            #expect(held == nil)
        }
    }
}
