import Foundation
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("A copy of all tables of a directory")
struct TableCopyTests {
    private let digester = SystemDigester(MasterKey.random())
    private let folder: StoreFolder
    private let source: FilledTables

    init() throws {
        folder = try StoreFolder()
        try folder.place(Migration.all.count, .full)
        source = FilledTables(try folder.file())
    }

    /// Tables that take so many parts, and then no more.
    private final class Breaking: WritableTables {
        private let inner: FilledTables
        private var left: Int

        init(_ inner: FilledTables, after parts: Int) {
            self.inner = inner
            left = parts
        }

        func insert(_ rows: [[StoredValue]], into table: StoredTable) throws(MusterError) {
            guard left > 0 else { throw MusterError(.storeUnavailable, "It broke off.") }
            left -= 1
            try inner.insert(rows, into: table)
        }

        func rows(
            of table: StoredTable,
            after: [StoredValue]?,
            limit: Int
        ) throws(MusterError) -> [[StoredValue]] {
            try inner.rows(of: table, after: after, limit: limit)
        }

        func lastNumber(of table: StoredTable) throws(MusterError) -> Int64 {
            try inner.lastNumber(of: table)
        }

        func keep() throws(MusterError) { try inner.keep() }

        func countOn(_ table: StoredTable, after number: Int64) throws(MusterError) {
            try inner.countOn(table, after: number)
        }

        func complete() throws(MusterError) { try inner.complete() }
    }

    private func target() throws -> SQLiteHandle {
        let handle = try SQLiteHandle(writing: folder.folder.file("target.sqlite"))
        try Migrator(digester: digester).migrate(handle)
        return handle
    }

    private func rows(of tables: any StoredTables) throws -> [[[StoredValue]]] {
        try StoredTable.all.map { try tables.rows(of: $0, after: nil, limit: 1000) }
    }

    /// Copies into a file, and takes back what is not kept where that fails.
    private func copy(into handle: SQLiteHandle, breakingAfter parts: Int = .max) throws {
        try handle.inTransaction {
            try TableCopy(digester: digester).run(
                from: source,
                to: Breaking(FilledTables(handle, committing: 1), after: parts)
            )
        }
    }

    @Test(
        "one that was cut short anywhere is no directory, and goes on to be the same",
        arguments: 0..<StoredTable.all.count
    )
    func goesOn(_ parts: Int) throws {
        let handle = try target()
        let error = #expect(throws: MusterError.self) {
            try copy(into: handle, breakingAfter: parts)
        }
        #expect(error?.message == "It broke off.")
        let begun = try rows(of: FilledTables(handle))
        #expect(begun.filter { !$0.isEmpty }.count == parts)
        #expect(begun.last == [])
        try copy(into: handle)
        let (expected, found) = (try rows(of: source), try rows(of: FilledTables(handle)))
        for (table, (expected, found)) in zip(StoredTable.all, zip(expected, found)) {
            #expect(!expected.isEmpty && found == expected, "\(table.name)")
        }
        try handle.close()
    }

    @Test("one that is complete, or the beginning of another, is refused and left as it is")
    func refused() throws {
        let handle = try target()
        #expect(throws: MusterError.self) { try copy(into: handle, breakingAfter: 3) }
        try handle.run("UPDATE user SET inactivity_timeout_s = 901 WHERE id = 3", [])
        let begun = try rows(of: FilledTables(handle))
        let other = #expect(throws: MusterError.self) { try copy(into: handle) }
        #expect(other?.code == .directoryInitialised)
        #expect(other?.message.contains("table \"user\" is another one, or was changed") == true)
        #expect(try rows(of: FilledTables(handle)) == begun)
        try handle.run("UPDATE user SET inactivity_timeout_s = 900 WHERE id = 3", [])
        try copy(into: handle)
        let complete = #expect(throws: MusterError.self) { try copy(into: handle) }
        #expect(complete?.code == .directoryInitialised)
        #expect(complete?.message.hasPrefix("There is a directory already") == true)
        try handle.close()
    }

    @Test("one of which rows have gone since that came last in their table is refused")
    func shorter() throws {
        let handle = try target()
        let parts = try #require(
            StoredTable.all.firstIndex { $0.name.isSame(as: "\"former_password\"") }
        )
        #expect(throws: MusterError.self) { try copy(into: handle, breakingAfter: parts + 1) }
        let begun = try rows(of: FilledTables(handle))
        let origin = try folder.file()
        try origin.run("DELETE FROM former_password", [])
        try origin.close()
        let error = #expect(throws: MusterError.self) { try copy(into: handle) }
        #expect(error?.code == .directoryInitialised)
        #expect(error?.message.contains("table \"former_password\" is another one") == true)
        #expect(try rows(of: FilledTables(handle)) == begun)
        try handle.close()
    }
}
