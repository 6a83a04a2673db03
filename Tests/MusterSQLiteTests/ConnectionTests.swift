import Dispatch
import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("The connections of a store")
struct ConnectionTests {
    private let folder: StoreFolder
    private let store: SQLiteStore

    init() throws {
        folder = try StoreFolder()
        store = try folder.open()
    }

    /// SQLite's own answers: synchronous 2 is FULL.
    static let pragmas = [
        ("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"),
        ("trusted_schema", "0"),
    ]

    @Test("the writer syncs every commit, and minds references", arguments: pragmas)
    func writer(_ name: String, _ value: String) async throws {
        let found = try await store.write { transaction throws(MusterError) in
            try ConnectionTests.pragma(name, transaction)
        }
        #expect(found == value)
    }

    @Test("readers have the same settings", arguments: pragmas)
    func reader(_ name: String, _ value: String) throws {
        let found = try store.readNow { reader throws(MusterError) in
            try ConnectionTests.pragma(name, reader)
        }
        #expect(found == value)
    }

    @Test("readers cannot write")
    func readOnly() async throws {
        let refusal = await failure {
            try store.readNow { reader throws(MusterError) in
                let transaction = reader as? SQLiteTransaction
                try transaction?.run("DELETE FROM user", [])
            }
        }
        #expect(refusal?.code == .storeUnavailable)
    }

    @Test("a store can be closed and its file opened by another")
    func closing() async throws {
        let user = try await store.insert("jane@example.com")
        try store.close()
        let names = ["muster.sqlite-wal", "muster.sqlite-shm"]
        #expect(names.allSatisfy { (try? folder.folder.bytes($0)) == nil }, "the log was merged")
        let other = try folder.open()
        #expect(
            try other.readNow { reader throws(MusterError) in try reader.user(.id(user.id)) }
                == user
        )
    }

    @Test(
        "a change that comes after the store was closed is refused, and nothing is said to be lost"
    )
    func changeAfterClosing() async throws {
        let key = MasterKey.random()
        let store = try SQLiteStore(
            path: folder.folder.file("closed.sqlite"),
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        ) { sentence in Issue.record("\(sentence)") }
        try store.close()
        let refusal = await failure { try await store.insert("jane@example.com") }
        #expect(refusal?.code == .storeUnavailable)
        #expect(refusal?.message.contains("has been closed") == true)
        #expect(store.isWritable)
    }

    @Test("readers at rest do not keep the write-ahead log from being begun again")
    func log() async throws {
        _ = try await store.insert("jane@example.com")
        // Reads in each other open several connections.
        let counts = try store.readNow { reader throws(MusterError) in
            let inner = try store.readNow { reader throws(MusterError) in try reader.userCount() }
            return (try reader.userCount(), inner)
        }
        #expect(counts == (1, 1))
        _ = try await store.insert("john@example.com")
        let other = try SQLiteHandle(asItIs: folder.folder.file("muster.sqlite"))
        let isBusy = try other.numbers("PRAGMA wal_checkpoint(TRUNCATE)")
        #expect(isBusy == [0])
        #expect(try folder.folder.bytes("muster.sqlite-wal").isEmpty)
        #expect(try store.userCount() == 2)
    }

    @Test("a long read leaves the write-ahead log alone when it is over, whatever follows")
    func longRead() async throws {
        _ = try await store.insert("jane@example.com")
        let count = try await store.read(.unbounded) { reader throws(MusterError) in
            try reader.userCount()
        }
        #expect(count == 1)
        let other = try SQLiteHandle(asItIs: folder.folder.file("muster.sqlite"))
        #expect(try other.numbers("PRAGMA wal_checkpoint(TRUNCATE)") == [0])
    }

    @Test("the write-ahead log is begun again however reads and changes follow each other")
    func longLog() async throws {
        let key = MasterKey.random()
        let limit = 50
        let store = try SQLiteStore(
            path: folder.folder.file("other.sqlite"),
            sealer: SodiumSealer(key),
            digester: SystemDigester(key),
            logLimit: limit
        )
        for number in 0..<400 {
            #expect(try store.userCount() == number)
            _ = try await store.insert("user\(number)@example.com")
            #expect(try store.userCount() == number + 1)
        }
        let pages = try folder.folder.bytes("other.sqlite-wal").count / 4096
        #expect(pages < limit * 4, "some ten pages a change would be 4000")
    }

    @Test("the writer has more room while many arrive, and gives it back when they have")
    func room() async throws {
        let key = MasterKey.random()
        // However long other tests hold this one up, the time without changes is not what ends the room here.
        let store = try SQLiteStore(
            path: folder.folder.file("room.sqlite"),
            sealer: SodiumSealer(key),
            digester: SystemDigester(key),
            logLimit: 16384,
            quiet: .never
        )
        func cachePages() async throws -> String? {
            try await store.write { transaction throws(MusterError) in
                try ConnectionTests.pragma("cache_size", transaction)
            }
        }
        for round in 0..<2 {
            #expect(try await cachePages() == "1024")
            let arrivals = (0..<300).map { number in
                UserInsertion(
                    uuid: UUID(),
                    draft: UserDraft(username: Username(stored: "user\(round)-\(number)"))
                )
            }
            _ = try await store.write { transaction throws(MusterError) in
                try transaction.insertUsers(arrivals, at: FixedClock.start)
            }
            for _ in 0..<64 { #expect(try await cachePages() == "4096") }
        }
    }

    private static func pragma(
        _ name: String,
        _ reader: any DirectoryReader
    ) throws(MusterError) -> String? {
        guard let transaction = reader as? SQLiteTransaction else { return nil }
        return try transaction.row(StatementText(stringLiteral: "PRAGMA \(name)"), []) { $0[0] }
    }
}
