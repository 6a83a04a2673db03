import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("What takes long is done apart", .everyStore)
struct SearchTurnsTests {
    @Test(
        "searches, counts and the audit log are read as what may take long",
        arguments: [
            "/users?q=a", "/users?q=a&limit=1", "/activelogic/v1/users?q=a", "/muster/v1/users?f=a",
            "/muster/v1/users?limit=1", "/groups", "/groups/2/users", "/audit-log/v1/events",
            "/muster/v1/sessions", "/muster/v1/groups", "/muster/v1/audit/events",
            "/scim/v2/Users?filter=userName%20co%20%22a%22", "/scim/v2/Groups",
        ]
    )
    func apart(_ path: String) async throws {
        let store = try WatchedStore()
        let test = try await TestDirectory(store: store)
        _ = try await test.groups.create(by: test.asAdministrator) { () throws(MusterError) in
            try GroupDraft(name: "Night", isManagedBySAML: nil)
        }
        _ = store.take()
        let response = try await TestServer(test).send(.get, path, as: test.administratorKeys)
        #expect(response.status == .ok)
        #expect(store.take().unbounded > 0)
    }

    @Test("what fails there fails as it would here")
    func failures() async {
        let refusal = await failure {
            try await SearchTurns.users.run(for: UserID(rawValue: 2)) {
                () async throws(MusterError) -> Int in
                throw MusterError(.userNotFound, "gone")
            }
        }
        #expect(refusal?.code == .userNotFound)
    }
}
