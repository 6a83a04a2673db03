import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

@Suite("Lists are read and written apart")
struct ListThreadsTests {
    @Test(
        "of a list nothing is read where requests are served but who asks",
        arguments: [
            "/users", "/users?limit=1000", "/activelogic/v1/users", "/muster/v1/users",
            "/muster/v1/users/export", "/muster/v1/sessions", "/groups", "/groups/0/users",
            "/audit-log/v1/events?limit=5000",
        ]
    )
    func lists(_ path: String) async throws {
        let store = WatchedStore()
        let test = try await TestDirectory(store: store)
        for number in 1...UserPages.batchSize * 2 {
            _ = try await test.makeUser("user\(number)@example.com")
        }
        _ = store.take()
        let response = try await TestServer(test).send(.get, path, as: test.administratorKeys)
        #expect(response.status == .ok)
        let reads = store.take()
        #expect(reads.lists + reads.searches > 0)
        #expect(reads.others == 1)
    }
}
