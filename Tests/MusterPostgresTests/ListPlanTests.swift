import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Testing

@testable import MusterPostgres

@Suite("Lists and look-ups by what is known of somebody are found in an index")
struct ListPlanTests {
    private let server: PostgresServer

    init() throws {
        server = try PostgresServer.shared.get()
    }

    /// What is asked, and the indexes that have it.
    struct Asked: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// A text of its statement.
        let statement: String
        let indexes: [String]
        let work: @Sendable (PostgresTransaction) throws -> Void

        init(
            _ name: String,
            _ statement: String,
            _ indexes: [String],
            _ work: @escaping @Sendable (PostgresTransaction) throws -> Void
        ) {
            (testDescription, self.statement, self.indexes) = (name, statement, indexes)
            self.work = work
        }
    }

    private static let user = UserID(rawValue: 3)
    private static let session = Session(
        digest: Digest([UInt8](repeating: 1, count: Digest.byteCount)),
        user: user,
        createdAt: FixedClock.start,
        lastSeenAt: FixedClock.start,
        address: nil
    )
    private static let names = ["user_by_username", "user_by_name", "user_by_email"]

    static let all: [Asked] = [
        Asked("all sessions", "FROM session AS s", ["session_by_time"]) {
            _ = try $0.sessions(SessionQuery(limit: 1, after: session))
        },
        Asked("somebody's sessions", "FROM session AS s", ["session_by_user"]) {
            _ = try $0.sessions(SessionQuery(user: user, limit: 1, after: session))
        },
        Asked("members of a group", "FROM group_member AS m", ["group_member_pkey"]) {
            _ = try $0.members(of: GroupID(rawValue: 2), after: user, limit: 1)
        },
        Asked("who has an address", "coalesce(u.email", ["user_by_email"]) {
            _ = try $0.users(withEmail: "jane@example.com", limit: 1)
        },
        Asked("whom a provider knows", "external_id = ", ["person_by_external_id"]) {
            _ = try $0.users(of: .externalID("1"), limit: 1)
        },
        Asked("who has a name", "coalesce(u.name", ["user_by_name"]) {
            _ = try $0.users(of: .name("Jane"), limit: 1)
        },
        Asked("any address", "person_address", ["user_by_email", "person_address_by_address"]) {
            _ = try $0.users(of: .address("jane@example.com"), limit: 1)
        },
        Asked("who begins so", "UNION", names) {
            _ = try $0.users(UserQuery(limit: 1, prefix: "ja"))
        },
        Asked("how many begin so", "count(*)", names) {
            _ = try $0.userTotal(UserQuery(limit: 1, prefix: "ja"))
        },
    ]

    @Test("nothing is gone through as a whole", arguments: all)
    func plans(_ asked: Asked) async throws {
        let place = try server.makePlace()
        try await server.open(place).close()
        let connection = try PostgresLink(place).connection()
        // There is nobody for whom going through all would take longer.
        try connection.runScript(
            """
            SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off;
            SET plan_cache_mode = force_generic_plan
            """
        )
        let transaction = PostgresTransaction(connection, sealer: SodiumSealer(server.key))
        try asked.work(transaction)
        let plans = try connection.plans(holding: asked.statement)
        #expect(!plans.isEmpty)
        for plan in plans {
            for index in asked.indexes {
                let place = plan.firstIndex { $0.contains("using \(index) on") }
                let line = try #require(place, "\(index): \(plan)")
                #expect(line + 1 < plan.count && plan[line + 1].contains("Index Cond:"), "\(plan)")
            }
            #expect(!plan.contains { $0.contains("Seq Scan") }, "\(plan)")
        }
    }

    @Test("who has a text in a name is found in the index of their pieces")
    func pieces() async throws {
        let place = try server.makePlace()
        try await server.open(place).close()
        let connection = try PostgresLink(place).connection()
        try connection.runScript(
            """
            SET enable_seqscan = off; SET enable_indexscan = off;
            SET plan_cache_mode = force_generic_plan
            """
        )
        let transaction = PostgresTransaction(connection, sealer: SodiumSealer(server.key))
        var query = UserQuery(limit: 1)
        query.infix = "ane"
        _ = try transaction.users(query)
        let plans = try connection.plans(holding: "user_runs")
        #expect(plans.count == 1)
        for plan in plans {
            #expect(plan.contains { $0.contains("Bitmap Index Scan on user_by_runs") }, "\(plan)")
        }
    }
}
