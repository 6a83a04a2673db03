import Foundation
import MusterSQL
import MusterTesting

@testable import MusterSQLite

extension StoreFolder {
    /// What a stored directory holds.
    enum Stored: String {
        /// Two users, and little beside.
        case small = ""
        /// Something in every table, and nothing that is as it usually is.
        case full = "-full"
    }

    /// Puts a stored directory of a schema into the folder.
    func place(_ schema: Int, _ stored: Stored = .small) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/schema-\(schema)\(stored.rawValue).sql")
        let handle = try SQLiteHandle(asItIs: folder.file("muster.sqlite"))
        try handle.runAll(
            StatementText(stringLiteral: try String(contentsOf: file, encoding: .utf8))
        )
        try handle.close()
    }

    /// The file, as it lies there.
    func file() throws -> SQLiteHandle {
        try SQLiteHandle(asItIs: folder.file("muster.sqlite"))
    }
}
