import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import MusterCore
import MusterTesting
import Synchronization
import Testing
import WireJSON

@testable import MusterServer

@Suite("Searches while others search", .serialized, .timeLimit(.minutes(10)))
struct BusySearchTests {
    private static let eager = UserID(rawValue: 7001)
    private static let other = UserID(rawValue: 7002)

    /// Turns that are all taken until the gates are opened, and the queue before them.
    private struct Busy {
        let turns: SearchTurns
        private let gates: [AsyncStream<Void>.Continuation]
        private let blockers: [Task<Void, any Error>]

        init(_ turns: SearchTurns, count: Int = 1) async {
            self.turns = turns
            let (begun, begin) = AsyncStream.makeStream(of: Void.self)
            let waits = (0..<count).map { _ in AsyncStream.makeStream(of: Void.self) }
            gates = waits.map(\.continuation)
            blockers = waits.enumerated().map { number, wait in
                Task {
                    try await turns.run(for: UserID(rawValue: 7100 + Int64(number))) {
                        () async throws(MusterError) in
                        begin.yield()
                        for await _ in wait.stream {}
                    }
                }
            }
            var left = count
            for await _ in begun {
                left -= 1
                if left == 0 { break }
            }
        }

        /// Adds a search that does no more than `work`, and returns when it waits.
        func add(
            _ caller: UserID,
            _ work: @escaping @Sendable () -> Void = {}
        ) async -> Task<Void, any Error> {
            let before = turns.waiting(of: caller)
            let task = Task {
                try await turns.run(for: caller) { () async throws(MusterError) in work() }
            }
            while turns.waiting(of: caller) == before { await Task.yield() }
            return task
        }

        func open() async throws {
            for gate in gates { gate.finish() }
            for blocker in blockers { try await blocker.value }
        }
    }

    @Test("twenty searches of one caller hold up another's by one at most")
    func turns() async throws {
        let busy = await Busy(SearchTurns(together: 1, places: 100))
        let (order, note) = AsyncStream.makeStream(of: String.self)
        var jobs: [Task<Void, any Error>] = []
        for _ in 0..<20 { jobs.append(await busy.add(Self.eager) { note.yield("eager") }) }
        jobs.append(await busy.add(Self.other) { note.yield("other") })
        try await busy.open()
        for job in jobs { try await job.value }
        note.finish()
        let served = await order.reduce(into: [String]()) { $0.append($1) }
        #expect(served.prefix(2).contains("other") && served.count == 21)
    }

    @Test(
        "one caller never has all turns: another's search begins beside as many of it as there may be"
    )
    func fair() async throws {
        let turns = SearchTurns(together: 3, places: 100)
        let gate = AsyncStream.makeStream(of: Void.self)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let held = (0..<2).map { _ in
            Task {
                try await turns.run(for: Self.eager) { () async throws(MusterError) in
                    begin.yield()
                    for await _ in gate.stream {}
                }
            }
        }
        var left = 2
        for await _ in begun {
            left -= 1
            if left == 0 { break }
        }
        let more = Task {
            try await turns.run(for: Self.eager) { () async throws(MusterError) in }
        }
        while turns.waiting(of: Self.eager) == 0 { await Task.yield() }
        try await turns.run(for: Self.other) { () async throws(MusterError) in }
        #expect(turns.waiting(of: Self.eager) == 1)
        gate.continuation.finish()
        for task in held { try await task.value }
        try await more.value
    }

    @Test("beyond the places of the queue a search is refused at once, and says when to come back")
    func bound() async throws {
        let busy = await Busy(SearchTurns(together: 1, places: 2))
        let first = await busy.add(Self.eager)
        let second = await busy.add(Self.eager)
        let refused = await failure {
            try await busy.turns.run(for: Self.eager) { () async throws(MusterError) in }
        }
        #expect(refused?.code == .overloaded)
        #expect(refused?.details["retry_after_seconds"] == "1")
        #expect(refused?.cause as? Trouble == .searches)
        let newcomer = Task {
            try await busy.turns.run(for: Self.other) { () async throws(MusterError) in }
        }
        let displaced = await #expect(throws: MusterError.self) { try await second.value }
        #expect(displaced?.code == .overloaded)
        try await busy.open()
        try await first.value
        try await newcomer.value
    }

    @Test("whoever goes away gives up its place, also where it had gone before it asked")
    func cancelled() async throws {
        let busy = await Busy(SearchTurns(together: 1, places: 4))
        let job = await busy.add(Self.eager) { Issue.record("nobody waits for this") }
        job.cancel()
        let error = await #expect(throws: MusterError.self) { try await job.value }
        #expect(error?.cause is CancellationError)
        #expect(busy.turns.waiting(of: Self.eager) == 0)
        let late = Task {
            while !Task.isCancelled { await Task.yield() }
            try await busy.turns.run(for: Self.eager) { () async throws(MusterError) in
                _ = Issue.record("nor for this")
            }
        }
        late.cancel()
        await #expect(throws: MusterError.self) { try await late.value }
        #expect(busy.turns.waiting(of: Self.eager) == 0)
        try await busy.open()
    }

    @Test("the audit log is read while all turns of searches of users are taken")
    func audit() async throws {
        let busy = await Busy(SearchTurns.users, count: 3)
        let test = try await TestDirectory()
        let keys = test.administratorKeys
        let response = try await TestServer(test).send(.get, "/audit-log/v1/events", as: keys)
        #expect(response.status == .ok)
        try await busy.open()
    }

    @Test("one's own sign-ins are read beside the audit log, whose turn is nobody else's")
    func signIns() async throws {
        let busy = await Busy(SearchTurns.audit)
        let browser = Browser(try await TestDirectory())
        _ = try await browser.signIn(TestDirectory.administratorName)
        #expect(try await !browser.page("/account/sessions").isEmpty)
        try await busy.open()
    }

    @Test("a search of SCIM that goes through everybody lets others go ahead after each batch")
    func batches() async throws {
        let store = try WatchedStore()
        let test = try await TestDirectory(store: store)
        let (random, now) = (test.directory.random, test.clock.now())
        let arrivals = (0..<1_200).map { number in
            UserInsertion(
                uuid: .random(from: random),
                draft: UserDraft(username: Username(stored: "user\(number)"))
            )
        }
        _ = try await store.write { transaction throws(MusterError) in
            try transaction.insertUsers(arrivals, at: now)
        }
        let busy = await Busy(SearchTurns(together: 1, places: 8))
        let caller = test.asAdministrator
        let search = SCIMUserSearch(test.directory, turns: busy.turns)
        let page = try SCIMPage(JSONObject([("filter", .string("title eq \"Nobody's\""))]))
        _ = store.take()
        let everybody = Task { try await search.found(page, by: caller, root: "").total }
        while busy.turns.waiting(of: caller.user.id) == 0 { await Task.yield() }
        let before = Mutex(0)
        let other = await busy.add(BusySearchTests.other) {
            before.withLock { $0 = store.take().unbounded }
        }
        try await busy.open()
        try await other.value
        #expect(before.withLock { $0 } == 1)
        #expect(try await everybody.value == 0)
        #expect(store.take().unbounded == 2)
    }

    @Test("a list that waits is given up when the connection is closed")
    func gone() async throws {
        let test = try await TestDirectory()
        for number in 0..<50 { _ = try await test.makeUser("u\(number)@example.com") }
        // Nobody else's number in these tests.
        let reader = try await test.makeUser("reader@example.com")
        let keys = try await test.keys.rotate(.user(.id(reader.id)), by: test.asAdministrator)
        let ports = AsyncStream.makeStream(of: Int.self)
        let application = MusterApplication(
            test.directory,
            ServerConfiguration(host: "127.0.0.1", port: 0, version: "1.2.3"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            onListening: { ports.continuation.yield($0) }
        )
        let busy = await Busy(SearchTurns.users, count: 3)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            let port = try #require(await ports.stream.first { _ in true })
            let socket = try Socket(port: port)
            let secret = keys.secretKey.withExposedValue { $0 }
            let head = "GET /users?q=u&limit=1 HTTP/1.1\r\nHost: a\r\n"
            let credentials = "X-ApiKeys: accessKey=\(keys.accessKey);secretKey=\(secret)\r\n\r\n"
            try socket.send(Data((head + credentials).utf8))
            while SearchTurns.users.waiting(of: reader.id) == 0 { await Task.yield() }
            socket.close()
            while SearchTurns.users.waiting(of: reader.id) > 0 { await Task.yield() }
            group.cancelAll()
        }
        try await busy.open()
    }
}
