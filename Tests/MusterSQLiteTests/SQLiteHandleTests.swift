import CSQLiteSetup
import FoundationEssentials
import MusterSQL
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("A connection to SQLite")
struct SQLiteHandleTests {
    private struct Stop: Error {}

    private let handle: SQLiteHandle

    init() throws {
        handle = try SQLiteHandle.inMemory()
        try handle.runAll("CREATE TABLE a (x INTEGER UNIQUE) STRICT; INSERT INTO a VALUES (1);")
    }

    private func values() throws -> [Int] {
        try handle.numbers("SELECT x FROM a ORDER BY x")
    }

    @Test("a transaction is kept as a whole")
    func commit() throws {
        let result = try handle.inTransaction {
            try handle.run("INSERT INTO a VALUES (?)", [2])
            return handle.isInTransaction
        }
        #expect(result && !handle.isInTransaction)
        #expect(try values() == [1, 2])
    }

    @Test("a statement that changes more than memory remembers is done, and taken back alone")
    func largeStatement() throws {
        let folder = try TemporaryFolder()
        let handle = try SQLiteHandle(writing: folder.file("large.sqlite"))
        try handle.runAll(
            """
            CREATE TABLE b (x INTEGER PRIMARY KEY, y INTEGER UNIQUE, z BLOB);
            WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
            INSERT INTO b SELECT i, i, zeroblob(3000) FROM n;
            """
        )
        try handle.inTransaction {
            try handle.run("UPDATE b SET z = zeroblob(3001)", [])
            #expect(throws: SQLiteError.self) {
                // The last row takes another one's number.
                try handle.run(
                    "UPDATE b SET z = zeroblob(3002), y = iif(x = 300, 1, y)",
                    []
                )
            }
        }
        #expect(try handle.numbers("SELECT sum(length(z)) FROM b") == [300 * 3001])
    }

    @Test(
        "texts and bytes of any length come back as they were given, also many of one statement",
        arguments: [0, 1, 255, 256, 257, 5000]
    )
    func lengths(_ length: Int) throws {
        let text = String(repeating: "é", count: length / 2) + (length % 2 == 0 ? "" : "x")
        let bytes = [UInt8](repeating: 7, count: length)
        try handle.runAll("CREATE TABLE c (t TEXT, b BLOB, u BLOB) STRICT")
        let places = [StatementText](repeating: "(?, ?, ?)", count: 30)
        let uuid = UUID()
        try handle.run("INSERT INTO c VALUES \(StatementText(joining: places, separator: ", "))") {
            for _ in 0..<30 {
                $0.bind(text)
                $0.bind(bytes)
                $0.bind(uuid)
            }
        }
        let found = try handle.rows("SELECT t, b, u FROM c WHERE t = ? AND b = ?", [text, bytes]) {
            (text: $0[0] as String, bytes: $0[1] as [UInt8], uuid: $0.uuid(2))
        }
        #expect(found.count == 30)
        #expect(found.allSatisfy { $0.text == text && $0.bytes == bytes && $0.uuid == uuid })
        // What a row shows is the value itself, which has to be there while the row is read.
        let shown = try handle.rows("SELECT ?, ?", [text, bytes]) {
            (text: $0[0] as String, bytes: $0[1] as [UInt8])
        }
        #expect(shown.count == 1 && shown[0].text == text && shown[0].bytes == bytes)
    }

    @Test("of a transaction that throws nothing remains, and the next one begins again")
    func failingTransaction() throws {
        #expect(throws: Stop.self) {
            try handle.inTransaction {
                try handle.run("INSERT INTO a VALUES (?)", [2])
                throw Stop()
            }
        }
        #expect(try values() == [1])
        try handle.inTransaction { try handle.run("INSERT INTO a VALUES (?)", [3]) }
        #expect(try values() == [1, 3])
    }

    @Test(
        "of a transaction whose result is not to be kept nothing remains, and the result is returned"
    )
    func unwantedTransaction() throws {
        func isKept(_ result: Int) -> Bool { result != 2 }
        let result = try handle.inTransaction(keeping: isKept) {
            try handle.run("INSERT INTO a VALUES (?)", [2])
            return 2
        }
        #expect(result == 2)
        #expect(try values() == [1])
    }

    @Test("a transaction that SQLite itself has ended is not told to have been committed")
    func endedTransaction() throws {
        let error = #expect(throws: SQLiteError.self) {
            try handle.inTransaction {
                try handle.run("INSERT INTO a VALUES (?)", [2])
                try? handle.run("INSERT OR ROLLBACK INTO a VALUES (?)", [1])
            }
        }
        #expect(error?.code == SQLITE_ABORT)
        #expect(try values() == [1] && !handle.isInTransaction)
    }

    @Test("an error has SQLite's whole code, its words and the statement, and no value")
    func error() throws {
        let error = #expect(throws: SQLiteError.self) {
            try handle.run("INSERT INTO a VALUES (?)", [1])
        }
        #expect(error?.code == SQLITE_CONSTRAINT)
        #expect(error?.extendedCode == SQLITE_CONSTRAINT | 8 << 8, "SQLITE_CONSTRAINT_UNIQUE")
        #expect(
            error?.description
                == "SQLite error 2067: UNIQUE constraint failed: a.x - in `INSERT INTO a VALUES (?)`"
        )
        #expect(error?.reason == "19 (constraint failed)")
    }

    @Test("what stands in double quotes is a name, and one that is not there is refused")
    func doubleQuotes() throws {
        #expect(try handle.numbers("SELECT \"x\" FROM a") == [1])
        #expect(throws: SQLiteError.self) { try handle.texts("SELECT \"nobody\" FROM a") }
        #expect(throws: SQLiteError.self) {
            try handle.runAll("CREATE TABLE b (y TEXT DEFAULT (\"nobody\")) STRICT")
        }
    }

    @Test("a connection that was closed begins no transaction, and may be closed again")
    func closing() throws {
        try handle.close()
        let error = #expect(throws: SQLiteError.self) { try handle.inTransaction {} }
        #expect(error?.code == SQLITE_MISUSE)
        try handle.close()
    }

    @Test(
        "a copy has all that the original has, in place of what was there, and tells how far it is"
    )
    func copying() throws {
        let copy = try SQLiteHandle.inMemory()
        try copy.runAll("CREATE TABLE other (z INTEGER); INSERT INTO other VALUES (1);")
        try handle.runAll(
            """
            CREATE TABLE big (y BLOB) STRICT;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
            INSERT INTO big SELECT zeroblob(4000) FROM n;
            """
        )
        var parts: [Double] = []
        try handle.copyAll(to: copy, pagesPerStep: 10) { parts.append($0) }
        #expect(parts.count > 4 && parts == parts.sorted() && parts.last == 1)
        #expect(try copy.numbers("SELECT count(*) FROM big") == [50])
        let tables = try copy.texts(
            "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1"
        )
        #expect(tables == ["a", "big"])
    }

    @Test("a copy that is stopped leaves the other database as it was, and the connections usable")
    func stoppedCopy() throws {
        let copy = try SQLiteHandle.inMemory()
        try copy.runAll("CREATE TABLE other (z INTEGER) STRICT; INSERT INTO other VALUES (7);")
        #expect(throws: Stop.self) {
            try handle.copyAll(to: copy, pagesPerStep: 1) { _ in throw Stop() }
        }
        #expect(try copy.numbers("SELECT z FROM other") == [7])
        try handle.copyAll(to: copy, pagesPerStep: 1) { _ in }
        #expect(try copy.numbers("SELECT x FROM a") == [1])
    }

    @Test(
        "a look at a database that nobody else uses changes nothing, and leaves nothing beside it"
    )
    func lookingAlone() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("alone.sqlite")
        let writer = try SQLiteHandle(writing: path)
        try writer.runAll("CREATE TABLE a (x INTEGER) STRICT")
        try writer.close()
        let before = try folder.bytes("alone.sqlite")
        let look = try ReadOnlyDatabase.openAlone(path)
        let error = #expect(throws: SQLiteError.self) {
            try look.run("INSERT INTO a VALUES (1)", [])
        }
        #expect(error?.code == SQLITE_READONLY)
        try look.close()
        #expect(try folder.bytes("alone.sqlite") == before)
        for name in ["alone.sqlite-wal", "alone.sqlite-shm"] {
            #expect((try? folder.bytes(name)) == nil, "\(name)")
        }
    }
}
