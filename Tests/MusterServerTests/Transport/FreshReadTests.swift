import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import StoreTesting
import Synchronization
import Testing

@testable import MusterServer

@Suite("Reads of what is there now", .everyStore)
struct FreshReadTests {
    @Test(
        "a caller who wants no copy has the store look what there is of late, before its answer is read",
        arguments: ["no-cache", "max-age=0, NO-CACHE", "no-cache,x"]
    )
    func caller(_ value: String) async throws {
        let (store, test) = try await directory()
        let response = try await TestServer(test).send(
            .get,
            "/users/\(test.administrator.id.rawValue)",
            as: test.administratorKeys,
            fields: [.cacheControl: value]
        )
        #expect(response.status == .ok)
        #expect(store.catchUps.load(ordering: .relaxed) == 1)
        #expect(store.take().others > 1, "what it is shown is not of the read that has let it in")
    }

    @Test(
        "strangers have it look at nothing",
        arguments: ["/users/2", "/session", "/server/status", "/healthz", "/nothing-here"]
    )
    func strangers(_ path: String) async throws {
        let (store, test) = try await directory()
        let wrong = HTTPField(name: .xAPIKeys, value: "accessKey=0; secretKey=0")
        for fields in [[HTTPField](), [wrong]] {
            let noCache = HTTPField(name: .cacheControl, value: "no-cache")
            _ = try await TestServer(test).send(.get, path, fields: HTTPFields(fields + [noCache]))
        }
        #expect(store.catchUps.load(ordering: .relaxed) == 0)
    }

    @Test("words that are others are not that word")
    func words() async throws {
        let (store, test) = try await directory()
        for value in ["no-store", "no-cach\u{65}\u{301}", "xno-cache", "no-cache=x"] {
            let response = try await TestServer(test).send(
                .get,
                "/users",
                as: test.administratorKeys,
                fields: [.cacheControl: value]
            )
            #expect(response.status == .ok)
        }
        #expect(store.catchUps.load(ordering: .relaxed) == 0)
    }

    private func directory() async throws -> (WatchedStore, TestDirectory) {
        let store = try WatchedStore()
        let test = try await TestDirectory(store: store)
        _ = store.take()
        return (store, test)
    }
}
