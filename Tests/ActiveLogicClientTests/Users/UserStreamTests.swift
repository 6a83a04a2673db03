import ActiveLogicClient
import ClientTestSupport
import HTTPTypes
import MusterCore
import MusterTesting
import Testing

@Suite("Users one by one", .timeLimit(.minutes(10)))
struct UserStreamTests {
    private typealias Account = ActiveLogicClient.User

    private static func page(_ ids: Range<Int>) -> Reply {
        let users = ids.map { id in
            #"{"id":\#(id),"name":"u\#(id)","readbm":0,"writebm":0,"lviewbm":0,"timeout":0,"hosts":[]}"#
        }
        return .answer(.ok, #"{"users":[\#(users.joined(separator: ","))]}"#)
    }

    @Test(
        "every user is there once, by id, whatever the size of a page",
        arguments: [-1, 1, 2, 3, 7, 8, 9, 2_000, 1_000_000]
    )
    func pages(_ size: Int) async throws {
        try await LiveServer.withUsers { users, server in
            for number in 1...7 { _ = try await server.test.makeUser("user\(number)@example.com") }
            var seen: [Account] = []
            for try await user in users.stream(Account.self, pageSize: size) { seen.append(user) }
            let list = try await users.list(Account.self)
            #expect(seen == list)
            #expect(seen.count == 8)
        }
    }

    @Test("nothing is asked for before it is needed, and each loop begins again")
    func lazily() async throws {
        let script = FakeDialect.script { request, _ in
            request.target.contains("after") ? Self.page(3..<4) : Self.page(1..<3)
        }
        try await FakeServer.run(script) { server in
            try await server.withUsers { users in
                let stream = users.stream(Account.self, pageSize: 2)
                #expect(server.received.count == 1)
                for try await user in stream where user.id == 2 { break }
                #expect(server.received.count == 2)
                var ids: [Int64] = []
                for try await user in stream { ids.append(user.id) }
                #expect(ids == [1, 2, 3])
                #expect(
                    server.received.dropFirst(2).map(\.target) == [
                        "/activelogic/v1/users?limit=2", "/activelogic/v1/users?limit=2&after=2",
                    ]
                )
            }
        }
    }

    @Test("a server without pages is asked once, for everybody")
    func withoutPages() async throws {
        try await FakeServer.run(FakeDialect.script([]) { _, _ in Self.page(1..<4) }) { server in
            try await server.withUsers { users in
                var iterator = users.stream(Account.self, pageSize: 3).makeAsyncIterator()
                var ids: [Int64?] = []
                for _ in 1...5 { ids.append(try await iterator.next()?.id) }
                #expect(ids == [1, 2, 3, nil, nil])
                #expect(server.received.dropFirst().map(\.target) == ["/activelogic/v1/users"])
            }
        }
    }

    @Test("a failure comes at the user where it happens, and ends the sequence")
    func failure() async throws {
        let script = FakeDialect.script { request, _ in
            request.target.contains("after") ? .answer(.forbidden) : Self.page(1..<3)
        }
        try await FakeServer.run(script) { server in
            try await server.withUsers { users in
                var iterator = users.stream(Account.self, pageSize: 2).makeAsyncIterator()
                let first = try await iterator.next()
                let second = try await iterator.next()
                #expect([first?.id, second?.id] == [1, 2])
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await iterator.next()
                }
                #expect(error?.code == "http_403")
                let last = try await iterator.next()
                #expect(last == nil)
                #expect(server.received.count == 3)
            }
        }
    }

    @Test("a server that repeats a page is stopped")
    func repeating() async throws {
        try await FakeServer.run(FakeDialect.script { _, _ in Self.page(1..<3) }) { server in
            try await server.withUsers { users in
                var seen = 0
                let error = await refusal { () async throws(ActiveLogicError) in
                    for try await _ in users.stream(Account.self, pageSize: 2) { seen += 1 }
                }
                #expect(error?.code == "malformed_response")
                #expect(seen == 2)
            }
        }
    }

    @Test("a task that is cancelled in the middle of a page gets no further user")
    func cancelled() async throws {
        try await FakeServer.run(FakeDialect.script { _, _ in Self.page(1..<3) }) { server in
            try await server.withUsers { users in
                let task = Task {
                    var seen = 0
                    let error = await refusal { () async throws(ActiveLogicError) in
                        for try await _ in users.stream(Account.self, pageSize: 2) {
                            seen += 1
                            withUnsafeCurrentTask { $0?.cancel() }
                        }
                    }
                    return (seen, error?.code)
                }
                #expect(await task.value == (1, "cancelled"))
                #expect(server.received.count == 2)
            }
        }
    }

    @Test("a strict handle goes on after its own change, and stops after another's")
    func strict() async throws {
        try await LiveServer.run { server in
            for number in 1...3 { _ = try await server.test.makeUser("user\(number)@example.com") }
            try await server.withConnection { connection in
                let users = connection.users(strict: true)
                let others = connection.users()
                var seen = 0
                for try await user in users.stream(Account.self, pageSize: 1)
                where user.name != TestDirectory.administratorName {
                    try await users.updateUser(.user(user), timeout: 60)
                    seen += 1
                }
                #expect(seen == 3)
                let error = await refusal { () async throws(ActiveLogicError) in
                    for try await user in users.stream(Account.self, pageSize: 2) {
                        try await others.updateUser(.user(user), timeout: 90)
                    }
                }
                #expect(error?.kind == .pldbNewDataCommitted)
            }
        }
    }

    @Test("a sequence of a closed connection fails, and one is never answered from memory")
    func closed() async throws {
        try await LiveServer.run { server in
            let connection = try await ActiveLogic.connect(
                to: server.address,
                username: TestDirectory.administratorName,
                password: Passwords.administrator,
                options: .quick()
            )
            let users = connection.users(cacheEnabled: true)
            for _ in 0..<2 { for try await _ in users.stream(Account.self) {} }
            #expect(server.count("GET", "/users") == 2)
            await connection.close()
            let error = await refusal { () async throws(ActiveLogicError) in
                for try await _ in users.stream(Account.self) {}
            }
            #expect(error?.code == "connection_closed")
        }
    }
}
