import MusterSQL

@testable import MusterSQLite

extension SQLiteHandle {
    /// The first column of each row, as texts.
    func texts(_ text: StatementText, _ arguments: [(any SQLArgument)?] = []) throws -> [String] {
        try rows(text, arguments) { row in row[0] as String }
    }

    /// The first column of each row, as numbers.
    func numbers(_ text: StatementText) throws -> [Int] {
        try rows(text) { row in row[0] as Int }
    }
}
