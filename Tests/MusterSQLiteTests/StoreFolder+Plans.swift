import GRDB
import MusterCrypto
import MusterTesting
import Synchronization

@testable import MusterSQLite

extension StoreFolder {
    /// How SQLite finds what some work asks for: a line for each step of each of its statements that holds a word.
    func plans(
        holding word: String = "",
        _ work: @escaping @Sendable (SQLiteTransaction) throws -> Void
    ) async throws -> [String] {
        let queue = try DatabaseQueue(path: folder.file("muster.sqlite"))
        return try await queue.writeWithoutTransaction { database -> [String] in
            let handle = try SQLiteHandle(borrowing: database)
            let texts = Mutex<[String]>([])
            database.trace { event in
                if case .statement(let statement) = event {
                    texts.withLock { $0.append(statement.sql) }
                }
            }
            try work(SQLiteTransaction(handle, sealer: SodiumSealer(MasterKey.random())))
            database.trace(options: [])
            handle.forgetStatements()
            return try texts.withLock { $0 }.filter { word.isEmpty || $0.contains(word) }.flatMap {
                text in
                let unknown = [Int?](repeating: nil, count: text.count { $0 == "?" })
                return try Row.fetchAll(
                    database,
                    sql: "EXPLAIN QUERY PLAN " + text,
                    arguments: StatementArguments(unknown)
                ).map { $0["detail"] as String }
            }
        }
    }
}
