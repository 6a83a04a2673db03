import GRDB
import MusterCore
import MusterCrypto
import MusterTesting
import Synchronization
import Testing

@testable import MusterSQLite

@Suite("Pages of users")
struct PagePlanTests {
    private let folder: StoreFolder

    init() throws {
        folder = try StoreFolder()
    }

    @Test(
        "a page behind a user is found in an index, in every order, and not by going through those before",
        arguments: UserQuery.SortField.allCases,
        [false, true]
    )
    func depth(_ field: UserQuery.SortField, _ isDescending: Bool) async throws {
        let store = try folder.open()
        let user = try await store.insert("jane@example.com")
        try store.close()
        let query = UserQuery(limit: 1, after: user.id, sort: field, isDescending: isDescending)
        let queue = try DatabaseQueue(path: folder.folder.file("muster.sqlite"))
        let plans = try await queue.writeWithoutTransaction { database -> [String] in
            let handle = try SQLiteHandle(borrowing: database)
            let texts = Mutex<[String]>([])
            database.trace { event in
                if case .statement(let statement) = event {
                    texts.withLock { $0.append(statement.sql) }
                }
            }
            let transaction = SQLiteTransaction(handle, sealer: SodiumSealer(MasterKey.random()))
            _ = try transaction.users(query)
            database.trace(options: [])
            handle.forgetStatements()
            let pages = texts.withLock { $0 }.filter { $0.contains("ORDER BY") }
            return try pages.flatMap { text in
                let unknown = [Int?](repeating: nil, count: text.count { $0 == "?" })
                return try Row.fetchAll(
                    database,
                    sql: "EXPLAIN QUERY PLAN " + text,
                    arguments: StatementArguments(unknown)
                ).map { $0["detail"] as String }
            }
        }
        #expect(!plans.isEmpty)
        #expect(plans.allSatisfy { !$0.hasPrefix("SCAN u") }, "\(plans)")
    }
}
