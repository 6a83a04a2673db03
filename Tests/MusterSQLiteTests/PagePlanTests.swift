import MusterCore
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("Pages of users")
struct PagePlanTests {
    private let folder: StoreFolder

    init() throws {
        folder = try StoreFolder()
    }

    @Test(
        "a page after a user is found in an index, in every order, and not by going through those before",
        arguments: UserQuery.SortField.allCases,
        [false, true]
    )
    func depth(_ field: UserQuery.SortField, _ isDescending: Bool) async throws {
        let store = try folder.open()
        let user = try await store.insert("jane@example.com")
        try store.close()
        let query = UserQuery(limit: 1, after: user.id, sort: field, isDescending: isDescending)
        let plans = try folder.plans(holding: "ORDER BY") { transaction in
            _ = try transaction.users(query)
        }
        #expect(!plans.isEmpty)
        #expect(plans.allSatisfy { !$0.hasPrefix("SCAN u") }, "\(plans)")
    }

    @Test("the factors of each user of a page, and whether there are any, are found in an index")
    func factors() async throws {
        let store = try folder.open()
        try store.close()
        let query = UserQuery(limit: 1, filters: [.noSecondFactor], readsFactors: true)
        let plans = try folder.plans(holding: "ORDER BY") { transaction in
            _ = try transaction.users(query)
        }
        let steps = plans.filter { $0.contains(" f") || $0.contains(" r") }
        #expect(
            steps.count { $0.hasPrefix("SEARCH f USING INDEX factor_by_user") } == 2,
            "\(plans)"
        )
        #expect(steps.contains { $0.hasPrefix("SEARCH r USING") }, "\(plans)")
        #expect(!plans.contains { $0.hasPrefix("SCAN f") || $0.hasPrefix("SCAN r") }, "\(plans)")
    }
}
