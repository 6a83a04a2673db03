import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Testing

@testable import MusterPostgres

@Suite("Pages of the audit log are found in an index")
struct AuditPlanTests {
    private let server: PostgresServer

    init() throws {
        server = try PostgresServer.shared.get()
    }

    private static let somebody = UUID()

    /// A store with events of two kinds, and a connection on which an index is taken wherever one has what is asked for.
    private func filled(_ count: Int) async throws -> PostgresTransaction {
        let place = try server.makePlace()
        let store = try await server.open(place)
        try await store.write { transaction throws(MusterError) in
            for number in 0..<count {
                try transaction.appendAuditEvent(
                    AuditEvent(
                        id: String(repeating: "e", count: 32),
                        at: Timestamp(rawValue: Int64(number)),
                        action: number % 3 == 0 ? .userUpdate : .userCreate,
                        isFailure: false,
                        actor: AuditParty(uuid: Self.somebody, name: "actor"),
                        impersonated: nil,
                        address: nil,
                        requestID: "\(number)",
                        target: nil,
                        fields: []
                    )
                )
            }
        }
        try await store.close()
        let connection = try PostgresLink(place).connection()
        try connection.runScript(
            """
            SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off;
            SET plan_cache_mode = force_generic_plan
            """
        )
        return PostgresTransaction(connection, sealer: SodiumSealer(server.key))
    }

    private static let conditions: [([AuditQuery.Condition], Set<String>)] = [
        ([.action("user.create")], ["action"]),
        ([.actor(somebody)], ["actor"]),
        ([.target(somebody)], ["target"]),
        ([.actorName("jane@example.com")], ["actor_name", "actor"]),
        ([.targetName("jane@example.com")], ["target_name", "target"]),
        ([.action("user.create"), .actor(somebody)], ["actor"]),
        ([.date(.less, FixedClock.start), .action("user.create")], ["action"]),
        ([.actor(somebody), .targetName("jane@example.com")], ["target_name", "target"]),
    ]

    @Test(
        "a page and the number of all are found in the indexes of what is asked for, and not by going through the log",
        arguments: conditions,
        [false, true]
    )
    func plans(
        _ asked: (conditions: [AuditQuery.Condition], indexes: Set<String>),
        _ isNewestFirst: Bool
    ) async throws {
        let transaction = try await filled(3)
        let query = AuditQuery(conditions: asked.conditions, isNewestFirst: isNewestFirst)
        _ = try transaction.auditPage(query, after: nil)
        _ = try transaction.auditPage(query, after: AuditPosition(rawValue: 2))
        _ = try transaction.auditEventCount(query, exactUpTo: .max)
        _ = try transaction.auditEventCount(query, exactUpTo: 1)
        let pages = try transaction.connection.plans(holding: "WHERE id IN (")
        #expect(pages.count == 2)
        for plan in pages {
            for index in asked.indexes {
                #expect(
                    plan.contains { $0.contains("using audit_event_by_\(index) on") },
                    "\(plan)"
                )
            }
        }
        let counts = try transaction.connection.plans(holding: "SELECT 1 FROM audit_event")
        #expect(counts.count == 2)
        for plan in counts {
            #expect(plan.contains { $0.contains("using audit_event_by_") }, "\(plan)")
        }
        for plan in pages + counts {
            #expect(!plan.contains { $0.contains("Seq Scan on audit_event") }, "\(plan)")
        }
    }

    @Test("one of several conditions is enough: each is found in its own index")
    func any() async throws {
        let transaction = try await filled(30)
        let query = AuditQuery(
            conditions: [.action("user.update"), .actor(Self.somebody), .actorName("nobody")],
            matchesAny: true,
            limit: 4,
            offset: 3
        )
        let found = try transaction.auditPage(query, after: nil)
        #expect(found.events.map(\.requestID) == ["3", "4", "5", "6"])
        let next = try transaction.auditPage(query, after: found.end)
        #expect(next.events.map(\.requestID) == ["10", "11", "12", "13"])
        #expect(try transaction.auditEventCount(query, exactUpTo: .max) == ListTotal(30))
        let plans = try transaction.connection.plans(holding: "UNION")
        #expect(!plans.isEmpty)
        for plan in plans {
            for index in ["action", "actor", "actor_name"] {
                #expect(plan.contains { $0.contains("using audit_event_by_\(index) on") })
            }
        }
    }

    @Test(
        "where a number need not be exact, no more events are counted, and as many are told as some stand for"
    )
    func estimate() async throws {
        let transaction = try await filled(3_000)
        for (conditions, expected) in [
            ([], 3_000), ([.action("user.create")], 2_000),
            ([.actorName("ACTOR"), .action("user.update")], 1_000),
            ([.date(.less, Timestamp(rawValue: 1_500))], 1_500),
        ] as [([AuditQuery.Condition], Int)] {
            let query = AuditQuery(conditions: conditions)
            let exact = try transaction.auditEventCount(query, exactUpTo: expected)
            #expect(exact == ListTotal(expected), "\(conditions)")
            let near = try transaction.auditEventCount(query, exactUpTo: 100)
            #expect(near.isEstimate, "\(conditions)")
            #expect(abs(near.count - expected) <= expected / 5, "\(near.count), \(conditions)")
        }
        let limited = try transaction.connection.plans(holding: "SELECT 1 FROM audit_event")
        #expect(limited.contains { plan in plan.contains { $0.contains("Limit") } })
    }
}

extension PostgresConnection {
    /// How the engine finds what each statement asks for that has a text in it and was prepared.
    func plans(holding part: String) throws -> [[String]] {
        let prepared = try rows(
            """
            SELECT name, cardinality(parameter_types)::bigint FROM pg_prepared_statements
            WHERE strpos(statement, ?) > 0 AND strpos(statement, 'pg_prepared_statements') = 0
            """,
            [part]
        ) { row in (name: row[0] as String, count: row[1] as Int64) }
        return try prepared.map { statement in
            let nothing = [String](repeating: "NULL", count: Int(statement.count))
            let values = nothing.isEmpty ? "" : " (\(nothing.joined(separator: ", ")))"
            let text = "EXPLAIN EXECUTE \"\(statement.name)\"\(values)"
            return try rows(StatementText(stringLiteral: text), []) { $0[0] as String }
        }
    }
}
