import FoundationEssentials
import MusterCore
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("How many users a list has")
struct UserTotalTests {
    @Test(
        "is counted up to 10,000, kept for everybody and for groups, and said to be estimated otherwise"
    )
    func totals() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        let count = ListTotal.usualLimit + 1_000
        let group = try await store.write { transaction throws(MusterError) in
            let group = try transaction.insertGroup(
                uuid: UUID(),
                name: "Team",
                isManagedBySAML: nil,
                externalID: nil,
                at: FixedClock.start
            )
            for number in 0..<count {
                var draft = UserDraft(username: Username(stored: "user\(number)@example.com"))
                draft.name = number % 2 == 0 ? "Even \(number)" : nil
                let user = try transaction.insertUser(draft, uuid: UUID(), at: FixedClock.start)
                if number < count - 10 { _ = try transaction.addMember(user.id, to: group.id) }
            }
            return group
        }
        func total(_ change: (inout UserQuery) -> Void) throws -> ListTotal {
            var query = UserQuery(limit: 1)
            change(&query)
            let asked = query
            return try store.readNow { reader throws(MusterError) in try reader.userTotal(asked) }
        }
        #expect(try total { _ in } == ListTotal(count))
        #expect(try total { $0.group = group.id } == ListTotal(count - 10))
        #expect(try total { $0.prefix = "even" } == ListTotal(count / 2))
        #expect(try total { $0.infix = "ven 1" } == ListTotal(1_055))
        #expect(try total { $0.prefix = "nobody" } == ListTotal(0))
        // All of some are met, and so is the estimate of all.
        for change: (inout UserQuery) -> Void in [
            { $0.prefix = "user" }, { $0.infix = "example" }, { $0.filters = [.enabled(true)] },
        ] {
            #expect(try total(change) == ListTotal(count, isEstimate: true))
        }
        let both = try total {
            $0.prefix = "user"
            $0.filters = [.enabled(true), .noSecondFactor]
        }
        #expect(both == ListTotal(count, isEstimate: true))
        let exact = try store.readNow { reader throws(MusterError) in
            var query = UserQuery(limit: 1, prefix: "user")
            query.infix = "even"
            return (try reader.userCount(query), try reader.userTotal(query))
        }
        #expect(exact.0 == count / 2 && exact.1 == ListTotal(count / 2))
        try store.close()
    }
}
