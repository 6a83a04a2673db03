import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

@Suite("Lists are read and written apart")
struct ListThreadsTests {
    /// A list that is read with GET.
    struct List: Sendable, CustomTestStringConvertible {
        let route: String
        /// What is asked for, with the UUID of a group as {team}.
        let target: String

        init(_ route: String, _ target: String? = nil) {
            self.route = route
            self.target = target ?? route
        }

        var testDescription: String { target }
    }

    private static let answered = [
        List("/users"), List("/users", "/users?limit=1000"), List("/activelogic/v1/users"),
        List("/muster/v1/users"), List("/muster/v1/users/export"), List("/muster/v1/sessions"),
        List("/muster/v1/groups"), List("/muster/v1/audit/events"), List("/groups"),
        List("/groups/:gid/users", "/groups/0/users"),
        List("/audit-log/v1/events", "/audit-log/v1/events?limit=5000"),
        List("/scim/v2/Users"), List("/scim/v2/Groups"),
        List("/scim/v2/Groups/:id", "/scim/v2/Groups/{team}"),
    ]

    /// Lists of the console.
    private static let shown = [
        "/admin", "/admin/groups", "/admin/sessions", "/admin/audit", "/admin/users/list.csv",
    ]

    /// Lists that are asked for with a body, and what is done of many: by their routes they are dealt with as those above.
    private static let posted: Set = [
        "POST /scim/v2/.search", "POST /scim/v2/Users/.search", "POST /scim/v2/Groups/.search",
        "POST /scim/v2/Bulk", "POST /admin/export/users", "POST /admin/export/backup",
    ]

    @Test("every route of a list is tried")
    func complete() async throws {
        let test = try await TestDirectory()
        let routes = MusterApplication.routes(
            test.directory,
            ServerConfiguration(host: "localhost", port: 0, version: "1.2.3"),
            PeerAddress(trustedProxies: AllowedNetworks()),
            Dialect.all + [.console]
        )
        let found = Set(routes.filter(\.isList).map { "\($0.method.rawValue) \($0.path)" })
        let tried = Set((Self.answered.map(\.route) + Self.shown).map { "GET \($0)" })
        #expect(found == tried.union(Self.posted))
    }

    /// A directory with more users than are read at a time, and the UUID of a group in it.
    private func makeScene(
        _ store: WatchedStore
    ) async throws -> (test: TestDirectory, team: String) {
        let test = try await TestDirectory(store: store)
        for number in 1...UserPages.batchSize * 2 {
            _ = try await test.makeUser("user\(number)@example.com")
        }
        let team = try await test.groups.create(by: test.asAdministrator) {
            () throws(MusterError) in
            try GroupDraft(name: "Team", isManagedBySAML: nil)
        }
        // A group of few members is found by an index, with all of them.
        for id in 0...SCIMGroupRoutes.shownMembers {
            try await test.groups.setMembership(
                of: .username("user\(id + 1)@example.com"),
                in: .id(team.id),
                isMember: true,
                by: test.asAdministrator
            )
        }
        return (test, team.uuid.text)
    }

    @Test("of a list nothing is read where requests are served but who asks", arguments: answered)
    func lists(_ list: List) async throws {
        let store = try WatchedStore()
        let (test, team) = try await makeScene(store)
        _ = store.take()
        let response = try await TestServer(test).send(
            .get,
            list.target.replacing("{team}", with: team),
            as: test.administratorKeys
        )
        #expect(response.status == .ok)
        let reads = store.take()
        #expect(reads.lists + reads.unbounded > 0)
        #expect(reads.others == 1)
    }

    @Test("nor of a list of the console", arguments: shown)
    func pages(_ path: String) async throws {
        let store = try WatchedStore()
        let (test, _) = try await makeScene(store)
        let tools = ConsoleTools(
            readCSV: { (bytes, _) throws(MusterError) in .init(bytes) },
            csvLine: { $0.joined(separator: ",") },
            backup: nil
        )
        let browser = Browser(test, tools: tools)
        _ = try await browser.signIn(TestDirectory.administratorName)
        _ = store.take()
        let response = try await browser.get(path)
        #expect(response.status == .ok)
        let reads = store.take()
        #expect(reads.lists + reads.unbounded > 0)
        // The overview asks once a second, too, whether the store can be read: one record, whatever the threads for lists do.
        let most = path == "/admin" ? 2 : 1
        #expect((1...most).contains(reads.others))
    }

    @Test(
        "a caller's long body is read among its lists, a short one where it came in",
        arguments: [(100, false), (40_000, true)]
    )
    func longBodies(_ length: Int, _ isApart: Bool) async throws {
        let store = try WatchedStore()
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
