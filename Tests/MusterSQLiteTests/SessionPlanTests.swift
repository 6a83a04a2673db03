import GRDB
import MusterCore
import MusterCrypto
import MusterTesting
import Synchronization
import Testing

@testable import MusterSQLite

@Suite("Sessions that end")
struct SessionPlanTests {
    private let folder: StoreFolder

    init() throws {
        folder = try StoreFolder()
    }

    @Test(
        "what a login, a logout and a sweep do is found in indexes, however many sessions there are"
    )
    func plans() async throws {
        let store = try folder.open()
        let user = try await store.insert("jane@example.com")
        try store.close()
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
            let now = Timestamp(rawValue: 1_000_000)
            let digest = Digest([UInt8](repeating: 1, count: 32))
            try transaction.insertSession(
                Session(
                    digest: digest,
                    user: user.id,
                    createdAt: now,
                    lastSeenAt: now,
                    address: nil
                )
            )
            _ = try transaction.endOldestSessions(
                of: user.id,
                keeping: 0,
                because: .replaced,
                at: now
            )
            _ = try transaction.endExpiredSessions(
                after: nil,
                atMost: 1,
                begunBefore: now,
                now: now
            )
            _ = try transaction.forgetSessionEnds(before: now, keeping: 1, atMost: 1)
            _ = try transaction.sessions(SessionQuery(limit: 1))
            _ = try transaction.sessions(SessionQuery(user: user.id, limit: 1))
            database.trace(options: [])
            handle.forgetStatements()
            return try texts.withLock { $0 }.flatMap { text in
                let unknown = [Int?](repeating: nil, count: text.count { $0 == "?" })
                return try Row.fetchAll(
                    database,
                    sql: "EXPLAIN QUERY PLAN " + text,
                    arguments: StatementArguments(unknown)
                ).map { $0["detail"] as String }
            }
        }
        #expect(plans.count > 10)
        let whole = plans.filter {
            // What stands in brackets is a part of the statement, which has a limit.
            let isWhole = $0.hasPrefix("SCAN") && !$0.hasPrefix("SCAN (") && !$0.contains("INDEX")
            return isWhole || $0.contains("TEMP B-TREE")
        }
        #expect(whole == [])
    }
}
