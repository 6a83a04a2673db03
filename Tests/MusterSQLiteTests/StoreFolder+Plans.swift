import MusterCrypto
import MusterSQL
import MusterTesting

@testable import MusterSQLite

extension StoreFolder {
    /// How SQLite finds what some work asks for: a line for each step of each of its statements that holds a word.
    func plans(
        holding word: String = "",
        _ work: (SQLiteTransaction) throws -> Void
    ) throws -> [String] {
        let handle = try SQLiteHandle(asItIs: folder.file("muster.sqlite"))
        try work(SQLiteTransaction(handle, sealer: SodiumSealer(MasterKey.random())))
        return try handle.statements.keys.filter { word.isEmpty || $0.sql.contains(word) }.flatMap {
            text in
            let unknown = [(any SQLArgument)?](
                repeating: nil,
                count: text.sql.count { $0 == "?" }
            )
            return try handle.rows("EXPLAIN QUERY PLAN \(text)", unknown) { row in row[3] as String
            }
        }
    }
}
