import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

/// How often a store that is far away may be asked, at most.
///
/// Each number is a count of round trips. Whoever makes one larger makes everybody wait who has such a store.
@Suite("A store that is far away is asked as seldom as the table says", .timeLimit(.minutes(2)))
struct CallBudgetTests {
    /// A GET route, and how many round trips it may make.
    struct Look: Sendable, CustomTestStringConvertible {
        let path: String
        let trips: Int
        var testDescription: String { path }

        init(_ path: String, _ trips: Int) {
            self.path = path
            self.trips = trips
        }
    }

    static let looks = [
        Look("/users/2", 2),
        Look("/activelogic/v1/users/2", 2),
        Look("/activelogic/v1/users/by-name/admin%40example.com", 2),
        Look("/session", 2),
        Look("/activelogic/v1/sessions", 3),
        Look("/activelogic/v1/users/2/keys", 5),
        Look("/users/2/authorizations", 3),
        Look("/access-control/v1/roles", 1),
        Look("/access-control/v1/users/2/roles", 3),
        Look("/groups", 4),
        Look("/users?limit=5", 3),
        Look("/users?q=admin", 3),
        Look("/activelogic/v1/users", 4),
        Look("/muster/v1/users", 6),
        Look("/muster/v1/users/2", 6),
        Look("/muster/v1/sessions", 4),
        Look("/audit-log/v1/events", 4),
        Look("/server/properties", 1),
    ]

    private let store = DistantStore()
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory(store: store)
        _ = store.takeCalls()
    }

    @Test("what is only read", arguments: looks)
    func looking(_ look: Look) async throws {
        let server = TestServer(test)
        let path = look.path
        let response = try await server.send(.get, path, as: test.administratorKeys)
        #expect(response.status == .ok)
        _ = try await response.text()
        let calls = store.takeCalls()
        #expect(calls.trips <= look.trips)
        #expect(calls.changes == 0)
    }

    @Test("a look-up by token costs no more than one by key")
    func token() async throws {
        let session = try await test.logIn(TestDirectory.administratorName)
        _ = store.takeCalls()
        var fields = HTTPFields()
        fields[.cookie] = session.token.withExposedValue { "token=\($0)" }
        let response = try await TestServer(test).send(.get, "/users/2", fields: fields)
        #expect(response.status == .ok)
        #expect(store.takeCalls().trips <= 2)
    }

    @Test("an edit of a name is one change")
    func edit() async throws {
        let jane = try await test.makeUser("jane@example.com")
        _ = store.takeCalls()
        let response = try await TestServer(test).send(
            .put,
            "/users/\(jane.id.rawValue)",
            as: test.administratorKeys,
            body: #"{"name":"Jane"}"#
        )
        #expect(response.status == .ok)
        let calls = store.takeCalls()
        #expect(calls.trips <= 8 && calls.changes == 1)
    }

    @Test("a login from where its user has come from before")
    func login() async throws {
        _ = try await test.logIn(TestDirectory.administratorName)
        _ = store.takeCalls()
        _ = try await test.logIn(TestDirectory.administratorName)
        let calls = store.takeCalls()
        #expect(calls.trips <= 8 && calls.changes == 1 && calls.reads == 1)
    }

    @Test("a batch of an export, with hashes or without", arguments: [(false, 4), (true, 5)])
    func export(_ withHashes: Bool, _ most: Int) async throws {
        for number in 0..<20 { _ = try await test.makeUser("user\(number)@example.com") }
        let export = try await ExportService(test.directory).begin(by: test.asAdministrator) {
            () throws(MusterError) in withHashes
        }
        _ = store.takeCalls()
        #expect(try await export.batch(after: nil).count == 21)
        #expect(store.takeCalls().trips <= most)
    }

    @Test("a batch of an import, however many lines it has")
    func importing() async throws {
        let imports = ImportService(test.directory)
        let run = try imports.begin(by: test.asAdministrator) { () throws(MusterError) in
            ImportOptions(mode: .create)
        }
        let lines = try (1...ImportService.batchSize).map { number in
            try run.check(
                ImportLine(number: number, username: Username("user\(number)@example.com"))
            )
        }
        _ = store.takeCalls()
        let outcomes = try await run.commit(run.batch(lines), stopsAtFailure: true)
        #expect(outcomes.count == ImportService.batchSize)
        let calls = store.takeCalls()
        #expect(calls.trips <= 5 && calls.changes == 1 && calls.reads == 0)
    }

    @Test("there is no fast path to a store that is not in this process")
    func fastPath() async throws {
        #expect(!((store as any DirectoryStore) is any InProcessStore))
    }
}
