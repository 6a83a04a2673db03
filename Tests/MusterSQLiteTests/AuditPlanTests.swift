import FoundationEssentials
import MusterCore
import MusterSQL
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("Queries of the audit log")
struct AuditPlanTests {
    private let folder: StoreFolder

    init() throws {
        folder = try StoreFolder()
    }

    private static let somebody = UUID()
    private static let moment = Timestamp(rawValue: 1_500)

    static let conditions: [[AuditQuery.Condition]] = [
        [], [.action("user.create")], [.actor(somebody)], [.target(somebody)],
        [.actorName("jane@example.com")], [.targetName("jane@example.com")],
        [.date(.greaterOrEqual, moment)], [.date(.less, moment)],
        [.during(moment, moment.advanced(by: .seconds(1)))],
        [.action("user.create"), .actor(somebody), .date(.less, moment)],
        [.targetName("jane@example.com"), .action("user.create"), .date(.greater, moment)],
    ]

    @Test(
        "are answered by indexes, in the order of the log, whatever is asked for",
        arguments: conditions,
        [false, true]
    )
    func plans(_ conditions: [AuditQuery.Condition], _ matchesAny: Bool) async throws {
        let store = try folder.open()
        _ = try await store.insert("jane@example.com")
        try await fill(store, 3)
        try store.close()
        let plans = try folder.plans(holding: "audit_event") { transaction in
            for isNewestFirst in [false, true] {
                for offset in [0, 5_000] {
                    let query = AuditQuery(
                        conditions: conditions,
                        matchesAny: matchesAny,
                        offset: offset,
                        isNewestFirst: isNewestFirst
                    )
                    _ = try transaction.auditPage(query, after: nil)
                    _ = try transaction.auditPage(query, after: AuditPosition(rawValue: 2))
                    _ = try transaction.auditEventCount(query, exactUpTo: 1)
                    _ = try transaction.auditEventCount(query, exactUpTo: .max)
                }
            }
        }
        #expect(!plans.isEmpty)
        let whole = plans.filter {
            $0.contains("TEMP B-TREE") || $0.hasPrefix("SCAN audit_event")
        }
        #expect(whole == [])
    }

    @Test("a page is the same at any depth, and so is the number of all, with gaps and late events")
    func depth() async throws {
        let store = try folder.open()
        let holder = try await store.insert("holder@example.com")
        try await fill(store, 3_000, holder.uuid)
        // As a restore leaves it.
        try store.onWriter { transaction throws(MusterError) in
            try transaction.run("INSERT INTO audit_gap VALUES (3000, 7000)", [])
            try transaction.run(
                "UPDATE sqlite_sequence SET seq = 10000 WHERE name = 'audit_event'",
                []
            )
        }
        try await fill(store, 500, holder.uuid)
        let choices: [[AuditQuery.Condition]] = [
            [], [.action("user.create")], [.actor(Self.somebody)], [.actorName("ACTOR")],
            [.actorName("Holder@example.com")], [.targetName("holder@example.com")],
            [.actorName("holder@example.com"), .date(.less, Self.moment)],
            [.date(.greater, Self.moment)], [.date(.lessOrEqual, Self.moment)],
            [.date(.greater, Self.moment), .action("user.create")],
            [.date(.less, Self.moment), .action("user.create"), .actor(Self.somebody)],
        ]
        for conditions in choices {
            for isNewestFirst in [false, true] {
                let whole = try page(store, conditions, 10_000, 0, isNewestFirst)
                for offset in [1, 1_023, 1_024, 1_025, 1_700, 3_000, 3_498, 4_000] {
                    let found = try page(store, conditions, 3, offset, isNewestFirst)
                    let expected = Array(whole.dropFirst(offset).prefix(3))
                    #expect(found == expected, "\(conditions), \(offset), \(isNewestFirst)")
                }
                try count(store, conditions, whole.count)
            }
        }
    }

    @Test("marks are kept of so many, and stay although somebody asks for names that nobody had")
    func marks() {
        let marks = AuditMarks()
        let keys = (0..<64).map { AuditMarks.Key.action([$0]) }
        for key in keys { marks.keep([1], of: key) }
        marks.keep([], of: .actorName(Array("nobody".utf8), nil))
        #expect(keys.allSatisfy { marks.known(of: $0) == [1] })
        let other = AuditMarks.Key.targetName(Array("somebody".utf8), nil)
        marks.keep([2], of: other)
        #expect(marks.known(of: other) == [2])
        #expect(keys.allSatisfy { marks.known(of: $0).isEmpty })
    }

    private func count(
        _ store: SQLiteStore,
        _ conditions: [AuditQuery.Condition],
        _ expected: Int
    ) throws {
        let query = AuditQuery(conditions: conditions)
        let (exact, near) = try store.readNow { reader throws(MusterError) in
            (
                try reader.auditEventCount(query, exactUpTo: .max),
                try reader.auditEventCount(query, exactUpTo: 100)
            )
        }
        #expect(exact == ListTotal(expected), "\(conditions)")
        #expect(near.isEstimate ? near.count > 100 : near.count == expected, "\(conditions)")
    }

    private func page(
        _ store: SQLiteStore,
        _ conditions: [AuditQuery.Condition],
        _ limit: Int,
        _ offset: Int,
        _ isNewestFirst: Bool
    ) throws -> [String] {
        let query = AuditQuery(
            conditions: conditions,
            limit: limit,
            offset: offset,
            isNewestFirst: isNewestFirst
        )
        return try store.readNow { reader throws(MusterError) in
            try reader.auditPage(query, after: nil).events.map(\.requestID)
        }
    }

    /// Events of two kinds; every hundredth came a while late.
    ///
    /// A user and others were called as it is called now, and it otherwise.
    private func fill(_ store: SQLiteStore, _ count: Int, _ user: UUID? = nil) async throws {
        try await store.write { transaction throws(MusterError) in
            for number in 0..<count {
                let late = number % 100 == 99 ? 40 : 0
                try transaction.appendAuditEvent(
                    AuditEvent(
                        id: String(repeating: "e", count: 32),
                        at: Timestamp(rawValue: Int64(number - late)),
                        action: number % 3 == 0 ? .userUpdate : .userCreate,
                        isFailure: false,
                        actor: AuditParty(
                            uuid: number % 4 == 0
                                ? UUID() : number % 4 == 1 ? user ?? Self.somebody : Self.somebody,
                            name: user != nil && number % 2 == 0 ? "HOLDER@example.com" : "actor"
                        ),
                        impersonated: nil,
                        address: nil,
                        requestID: "\(count)-\(number)",
                        target: user.map {
                            AuditParty(
                                uuid: $0,
                                name: number % 5 == 0 ? "holder@example.com" : "before"
                            )
                        },
                        fields: []
                    )
                )
            }
        }
    }
}
