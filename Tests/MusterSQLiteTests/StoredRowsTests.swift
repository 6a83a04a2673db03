import Foundation
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Synchronization
import Testing

@testable import MusterSQLite

@Suite("Rows of other stores come into a table")
struct StoredRowsTests {
    private let handle: SQLiteHandle
    /// A table with numbers, a text and bytes.
    private let table: StoredTable

    init() throws {
        handle = try SQLiteHandle.inMemory()
        try handle.runAll(
            """
            CREATE TABLE sent_code (
                id INTEGER, at INTEGER, user_id INTEGER, channel TEXT, recipient BLOB
            ) STRICT
            """
        )
        table = try #require(StoredTable.all.first { $0.name.isSame(as: "\"sent_code\"") })
    }

    private func stored() throws -> [[StoredValue]] {
        try handle.storedRows(of: table, nil, 100)
    }

    /// Rows with numbers from 1 on and these texts and bytes.
    private func rows(_ values: [(StoredRows.Cell, StoredRows.Cell)]) -> [StoredRows.Cell] {
        values.enumerated().flatMap { place, value in
            [.integer(Int64(place + 1)), .integer(-1), .null, value.0, value.1]
        }
    }

    private func expected(_ values: [(StoredValue, StoredValue)]) -> [[StoredValue]] {
        values.enumerated().map { place, value in
            [.integer(Int64(place + 1)), .integer(-1), .null, value.0, value.1]
        }
    }

    @Test("many in one piece of memory are as those that are handed over one by one")
    func inOnePiece() throws {
        let rows = StoredRows(
            bytes: Array("Jäne\u{0}x".utf8) + [0xff],
            cells: rows([
                (.text(from: 0, count: 5), .bytes(from: 5, count: 3)),
                (.null, .bytes(from: 8, count: 0)),
                (.text(from: 0, count: 0), .null),
            ]),
            width: 5
        )
        let expected = expected([
            (.text("Jäne"), .bytes([0, 0x78, 0xff])), (.null, .bytes([])), (.text(""), .null),
        ])
        try handle.insert(rows, into: table)
        #expect(try stored() == expected)
        try handle.run("DELETE FROM sent_code", [])
        try handle.insert(expected, into: table)
        #expect(try stored() == expected)
    }

    @Test("a column that is to be empty is")
    func blank() throws {
        let rows = StoredRows(
            bytes: Array("secret".utf8),
            cells: rows([(.text(from: 0, count: 6), .null)]),
            width: 5
        )
        try handle.insert(rows, into: table, blank: 3)
        #expect(try stored() == expected([(.text(""), .null)]))
    }

    @Test(
        "rows of another number of columns, and values that are not where they should be, are refused"
    )
    func wrong() throws {
        let places: [(Int32, Int32)] = [(0, 4), (4, 0), (-1, 1), (1, -1), (.max, .max)]
        for (start, count) in places {
            for wrong in [
                (StoredRows.Cell.text(from: start, count: count), StoredRows.Cell.null),
                (.null, .bytes(from: start, count: count)),
            ] {
                let rows = StoredRows(bytes: [1, 2, 3], cells: rows([wrong]), width: 5)
                let error = #expect(throws: MusterError.self, "\(wrong)") {
                    try handle.insert(rows, into: table)
                }
                #expect(error?.code == .storeUnavailable)
            }
        }
        let short = StoredRows(bytes: [], cells: [.integer(1), .null], width: 2)
        #expect(throws: MusterError.self) { try handle.insert(short, into: table) }
        #expect(try stored().isEmpty)
    }
}

@Suite("A copy beside a node is filled whole, or not at all")
struct ReplicaFilesTests {
    private let never: @Sendable () -> Bool = { false }
    private let folder: TemporaryFolder
    private let files: ReplicaFiles
    private let place = FeedPlace(directory: UUID(), position: 7, mark: nil)

    init() throws {
        folder = try TemporaryFolder()
        let key = MasterKey.random()
        files = ReplicaFiles(
            folder: folder.path,
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix(".sqlite") || $0.hasSuffix(".filling")
        }
    }

    @Test("it has the indexes by which it is asked, and none that only the database needs")
    func indexes() throws {
        let replica = try files.fill(to: place, unless: never) { _ in }
        #expect(replica.place == place)
        let file = try SQLiteHandle(lookingAt: folder.file(try #require(try names().first)))
        #expect(try file.rows("PRAGMA integrity_check") { $0[0] as String } == ["ok"])
        let found = try file.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'user' ORDER BY name"
        ) { $0[0] as String }
        #expect(
            found == [
                "sqlite_autoindex_user_1", "sqlite_autoindex_user_2", "user_by_change",
                "user_by_email", "user_by_name", "user_enabled_administrators",
                "user_enabled_writers",
            ]
        )
        replica.remove()
    }

    @Test("its tables are those of a directory's own file, word for word, and know what is unique")
    func tables() throws {
        let replica = try files.fill(to: place, unless: never) { writer throws(MusterError) in
            try writer.insert((2...5).map { Self.user($0) }, into: try Self.users())
        }
        let file = try SQLiteHandle(lookingAt: folder.file(try #require(try names().first)))
        let usual = try SQLiteHandle.inMemory()
        try Migrator(digester: SystemDigester(MasterKey.random())).migrate(usual)
        let tables: StatementText =
            "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name <> 'replica' ORDER BY name"
        let found = try file.rows(tables) { [$0[0] as String, $0[1] as String] }
        #expect(try usual.rows(tables) { [$0[0] as String, $0[1] as String] } == found)
        #expect(try file.rows("PRAGMA integrity_check") { $0[0] as String } == ["ok"])
        let plan = try file.rows("EXPLAIN QUERY PLAN SELECT id FROM user WHERE username = 'USER3'")
        {
            $0[3] as String
        }
        #expect(plan.contains { $0.contains("sqlite_autoindex_user_2") }, "\(plan)")
        let id = try file.rows("SELECT id FROM user WHERE username = 'USER3'") { $0[0] as Int }
        #expect(id == [3])
        // What follows later is refused where it does not fit, as in any file.
        let error = #expect(throws: MusterError.self) {
            try replica.move(to: place) { writer throws(MusterError) in
                try writer.insert([Self.user(3)], into: try Self.users())
            }
        }
        #expect(error?.code == .storeUnavailable)
        replica.remove()
    }

    @Test("its log is begun again, although somebody reads after each step")
    func log() throws {
        let replica = try files.fill(to: place, unless: never) { _ in }
        let table = try Self.users()
        let log = folder.file(try #require(try names().first)) + "-wal"
        for step in 1...400 {
            let next = FeedPlace(
                directory: place.directory,
                position: place.position + Int64(step),
                mark: nil
            )
            let users = (0..<20).map { Self.user(Int64(step * 20 + $0)) }
            try replica.move(to: next) { writer throws(MusterError) in
                try writer.insert(users, into: table)
            }
            let found = try replica.readNow { reader throws(MusterError) in
                try reader.userIDs(named: [Username(stored: "user\(step * 20)")])
            }
            #expect(found.result == [UserID(rawValue: Int64(step * 20))])
            replica.tidy()
        }
        let size = try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int
        // All steps together write several times as much.
        #expect(try #require(size) < 8 << 20)
        replica.remove()
    }

    @Test("whoever has come in with a password is known, and never as before a change")
    func passwordHolders() throws {
        let table = try #require(ReplicatedTable.all.first { $0.feedName == "password" })
        func row(_ changedAt: Int64, isTemporary: Bool) -> [StoredValue] {
            [.integer(2), .text(""), .integer(isTemporary ? 1 : 0), .integer(changedAt)]
        }
        let replica = try files.fill(to: place, unless: never) { writer throws(MusterError) in
            try writer.insert([Self.user(2), Self.user(3)], into: try Self.users())
            try writer.insert([row(1, isTemporary: true)], into: table)
        }
        func holder(
            _ number: Int64
        ) throws(MusterError) -> (result: PasswordHolder?, sight: ReplicaSight) {
            try replica.readNow { reader throws(MusterError) in
                // What is kept is the same.
                _ = try reader.passwordHolder(UserID(rawValue: number))
                return try reader.passwordHolder(UserID(rawValue: number))
            }
        }
        let first = try holder(2)
        #expect(first.sight == .whole)
        #expect(first.result?.owner.username.text == "user2" && first.result?.hasFactor == false)
        #expect(first.result?.changedAt.rawValue == 1 && first.result?.isTemporary == true)
        // The database is asked about whoever has none here.
        for number in [Int64(3), 4] {
            let none = try holder(number)
            #expect(none.result == nil && none.sight == .missing)
        }
        let next = FeedPlace(directory: place.directory, position: 8, mark: nil)
        try replica.move(to: next) { writer throws(MusterError) in
            try writer.remove([.number(2)], from: table)
            try writer.insert([row(2, isTemporary: false)], into: table)
        }
        let second = try holder(2)
        #expect(second.result?.changedAt.rawValue == 2 && second.result?.isTemporary == false)
        try replica.move(to: next) { writer throws(MusterError) in
            try writer.remove([.number(2)], from: table)
        }
        #expect(try holder(2).sight == .missing)
        replica.remove()
    }

    @Test("two rows with the same unique value are refused, and nothing is left of the copy")
    func twice() throws {
        let error = #expect(throws: MusterError.self) {
            _ = try files.fill(to: place, unless: never) { writer throws(MusterError) in
                var other = Self.user(3)
                other[2] = .text("USER2")
                try writer.insert([Self.user(2), other], into: try Self.users())
            }
        }
        #expect(error?.code == .storeUnavailable)
        #expect(try names().isEmpty)
    }

    private static func users() throws(MusterError) -> ReplicatedTable {
        guard let table = ReplicatedTable.all.first(where: { $0.feedName == "user" }) else {
            throw .notInReplica
        }
        return table
    }

    @Test("what is not wanted any more ends within a statement, and nothing is left of it")
    func over() throws {
        let table = try Self.users()
        let asked = Atomic<Int>(0)
        let isEnough: @Sendable () -> Bool = { asked.add(1, ordering: .relaxed).newValue > 3 }
        let error = #expect(throws: MusterError.self) {
            _ = try files.fill(to: place, unless: isEnough) { writer throws(MusterError) in
                var number: Int64 = 1
                while true {
                    number += 1
                    try writer.insert([Self.user(number)], into: table)
                }
            }
        }
        #expect(error?.code == .storeUnavailable)
        #expect(try names().isEmpty)
    }

    private static func user(_ number: Int64) -> [StoredValue] {
        let uuid = withUnsafeBytes(of: (number, number)) { Array($0) }
        let texts: [StoredValue] = [.text("user\(number)"), .null, .null, .integer(32)]
        let zeros = [StoredValue](repeating: .integer(0), count: 3)
        return [.integer(number), .bytes(uuid)] + texts + zeros
            + [.text(""), .integer(0), .integer(1), .null, .null]
            + [StoredValue](repeating: .integer(1), count: 3) + [.integer(0), .null]
            + zeros + [.integer(0), .integer(0)]
            + [StoredValue](repeating: .null, count: 4) + [.integer(1), .integer(1)]
    }
}
