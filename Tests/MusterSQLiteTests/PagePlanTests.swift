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
        "a page behind a user is found in an index, in every order, and not by going through those before",
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
}
