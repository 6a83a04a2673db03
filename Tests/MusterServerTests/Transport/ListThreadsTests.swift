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
        #expect(reads.lists + reads.unbounded > 0)
        #expect(reads.others == 1)
    }

    @Test(
        "a caller's long body is read among its lists, a short one where it came in",
        arguments: [(100, false), (40_000, true)]
    )
    func longBodies(_ length: Int, _ isApart: Bool) async throws {
        let store = WatchedStore()
        let test = try await TestDirectory(store: store)
        let user = try await test.makeUser("jane@example.com")
        _ = store.take()
        let filler = String(repeating: " ", count: length)
        let response = try await TestServer(test).send(
            .put,
            "/users/\(user.id.rawValue)/chpasswd",
            as: test.administratorKeys,
            body: "{\"password\":\"Correct-Horse-8\"\(filler)}"
        )
        #expect(response.status == .ok)
        #expect((store.take().lists > 0) == isApart)
    }
}
