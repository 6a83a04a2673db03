import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import NIOCore
import Testing

@testable import MusterServer

/// How often a store that is far away may be asked, at most.
///
/// Each number is a count of round trips. Whoever makes one larger makes everybody wait who has such a store.
@Suite("A store that is far away is asked as seldom as the table says", .timeLimit(.minutes(10)))
struct CallBudgetTests {
    private let store = DistantStore()
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory(store: store)
        _ = store.takeCalls()
    }

    @Test("what is only read", arguments: LookBudget.all)
    func looking(_ look: LookBudget) async throws {
        let administrator = test.asAdministrator
        let jane = try await test.makeUser("jane@example.com")
        let team = try await test.groups.create(by: administrator) { () throws(MusterError) in
            try GroupDraft(name: "Team", isManagedBySAML: nil)
        }
        _ = store.takeCalls()
        let response = try await TestServer(test).send(
            .get,
            look.target(jane: jane.uuid.text, team: team.uuid.text),
            as: test.administratorKeys
        )
        #expect(response.status == .ok)
        _ = try await response.text()
        let calls = store.takeCalls()
        #expect(calls.trips <= look.trips, "\(calls)")
        #expect(calls.reads == look.reads, "\(calls)")
        #expect(calls.changes == 0)
    }

    @Test("each route that is only read has its row")
    func rows() {
        let configuration = ServerConfiguration(host: "", port: 0, version: "1")
        let peers = PeerAddress(trustedProxies: AllowedNetworks(), field: .xForwardedFor)
        let routes = MusterApplication.routes(test.directory, configuration, peers)
        let looks = routes.filter { $0.method == .get && !$0.isOpen && !$0.admitsStrangers }.map(
            \.path
        )
        #expect(Set(looks) == Set(LookBudget.all.map(\.route)).union(LookBudget.others))
    }

    @Test(
        "a look-up by token costs no more than one by key, also where a second factor is asked for",
        arguments: [false, true]
    )
    func token(_ mustHaveFactor: Bool) async throws {
        let session = try await test.logIn(TestDirectory.administratorName)
        if mustHaveFactor { try await giveFactor(to: test.administrator) }
        _ = store.takeCalls()
        var fields = HTTPFields()
        fields[.cookie] = session.token.withExposedValue { "token=\($0)" }
        let response = try await TestServer(test).send(.get, "/users/2", fields: fields)
        #expect(response.status == .ok)
        #expect(store.takeCalls().trips <= 2)
    }

    /// Asks a user for a second factor, and gives it one.
    private func giveFactor(to user: User) async throws {
        var user = try await test.current(user)
        user.authorizations.requiresSecondFactorEnrolment = true
        try await test.overwrite(user)
        let (id, now) = (user.id, test.clock.now())
        try await store.write { transaction throws(MusterError) in
            let app = TimeCodeSecret(key: Secret([UInt8](repeating: 1, count: 20)))
            _ = try transaction.insertFactor(.timeCode(app), of: id, label: "App", at: now)
        }
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
        #expect(calls.trips <= 6 && calls.changes == 1 && calls.reads == 1)
    }

    @Test("a login from where its user has come from before")
    func login() async throws {
        _ = try await test.logIn(TestDirectory.administratorName)
        _ = store.takeCalls()
        _ = try await test.logIn(TestDirectory.administratorName)
        let calls = store.takeCalls()
        #expect(calls.trips <= 8 && calls.changes == 1 && calls.reads == 1)
    }

    @Test("a batch of an export, with hashes or without", arguments: [false, true])
    func export(_ withHashes: Bool) async throws {
        for number in 0..<20 { _ = try await test.makeUser("user\(number)@example.com") }
        let export = try await ExportService(test.directory).begin(by: test.asAdministrator) {
            () throws(MusterError) in withHashes
        }
        _ = store.takeCalls()
        #expect(try await export.batch(after: nil).count == 21)
        #expect(store.takeCalls().trips <= 4)
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

    @Test(
        "there is no fast path to a store that is not in this process, and one to a store that is"
    )
    func fastPath() async throws {
        func answer(in test: TestDirectory) throws -> ByteBuffer? {
            let keys = test.administratorKeys.secretKey.withExposedValue {
                "accessKey=\(test.administratorKeys.accessKey); secretKey=\($0)"
            }
            var head = RequestHead()
            let text = "GET /users/2 HTTP/1.1\r\nHost: localhost\r\nX-ApiKeys: \(keys)\r\n\r\n"
            let isRead = head.read(ByteBuffer(string: text))
            try #require(isRead)
            return TestServer(test).immediate.respond(
                to: head,
                from: TestDirectory.address,
                ByteBufferAllocator()
            )?.bytes
        }
        #expect(try answer(in: test) == nil)
        #expect(store.takeCalls() == DistantStore.Calls(), "it was not even asked")
        let near = try answer(in: try await TestDirectory(store: MemoryStore()))
        #expect(near.map { String(buffer: $0).hasPrefix("HTTP/1.1 200 ") } == true)
    }
}
