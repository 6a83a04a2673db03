import MusterCore
import MusterSQL
import MusterTesting
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
        let plans = try folder.plans { transaction in
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
            let last = Session(
                digest: digest,
                user: user.id,
                createdAt: now,
                lastSeenAt: now,
                address: nil
            )
            _ = try transaction.sessions(SessionQuery(limit: 1, after: last))
            _ = try transaction.sessions(SessionQuery(user: user.id, limit: 1, after: last))
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
