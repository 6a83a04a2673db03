import ClientTestSupport
import HTTPTypes
import MusterCore
import MusterTesting
import TenableClient
import Testing

@Suite("Lists of users", .timeLimit(.minutes(10)))
struct ListTests {
    @Test(
        "at Muster every user is there once, by id, whatever the size of a page",
        arguments: [1, 2, 3, 7, 8, 9, 1_000]
    )
    func pages(_ size: Int) async throws {
        try await LiveServer.withTenableIO { tio, server in
            for number in 1...7 {
                _ = try await server.test.makeUser("user\(number)@example.com")
            }
            let users = try await tio.users.list(pageSize: size).all()
            #expect(users.count == 8)
            let ids = users.compactMap(\.id.number)
            #expect(ids == ids.sorted() && Set(ids).count == 8)
        }
    }

    @Test(
        "a server without pages shows everybody once, also where their number is that of a page",
        arguments: [1, 2, 3, 4, 1_000]
    )
    func withoutPages(_ size: Int) async throws {
        try await FakeServer.withTenableIO { _, _ in
            Answers.list(
                Answers.user(9, "c@example.com"),
                Answers.user(4, "a@example.com"),
                Answers.user(7, "b@example.com")
            )
        } _: { tio, server in
            let users = try await tio.users.list(pageSize: size).all()
            #expect(users.map(\.id) == [9, 4, 7])
            #expect(server.received.count == (size == 3 ? 2 : 1))
        }
    }

    @Test("a server that refuses what it does not know is asked without it")
    func strictServer() async throws {
        try await FakeServer.withTenableIO { request, _ in
            request.target.contains("limit")
                ? .answer(.badRequest, #"{"error":"\"limit\" is not allowed"}"#)
                : Answers.list(Answers.user(4), Answers.user(5))
        } _: { tio, server in
            let users = try await tio.users.list(withRoles: true, pageSize: 2).all()
            #expect(users.map(\.id) == [4, 5])
            #expect(
                server.lines == ["GET /users?limit=2&withRoles=true", "GET /users?withRoles=true"]
            )
        }
    }

    @Test("nothing is asked for before it is needed, and each loop begins again")
    func lazily() async throws {
        try await FakeServer.withTenableIO { request, _ in
            request.target.contains("after")
                ? Answers.list() : Answers.list(Answers.user(4), Answers.user(5))
        } _: { tio, server in
            let list = tio.users.list(pageSize: 2)
            #expect(server.received.isEmpty)
            for try await user in list where user.id == 4 { break }
            #expect(server.lines == ["GET /users?limit=2"])
            #expect(try await list.all().count == 2)
            #expect(
                server.lines.dropFirst() == ["GET /users?limit=2", "GET /users?limit=2&after=5"]
            )
        }
    }

    @Test("an empty list ends at once, and stays at its end")
    func empty() async throws {
        try await FakeServer.withTenableIO { _, _ in
            Answers.list()
        } _: { tio, server in
            var iterator = tio.users.list().makeAsyncIterator()
            let first = try await iterator.next()
            let second = try await iterator.next()
            #expect(first == nil && second == nil)
            #expect(server.received.count == 1)
        }
    }

    @Test("a failure in the middle ends the loop; what came before has been seen")
    func failure() async throws {
        try await FakeServer.withTenableIO { request, _ in
            request.target.contains("after")
                ? .answer(.forbidden) : Answers.list(Answers.user(4), Answers.user(5))
        } _: { tio, _ in
            var seen = 0
            let error = await refusal { () async throws(TenableError) in
                for try await _ in tio.users.list(pageSize: 2) { seen += 1 }
            }
            #expect(error?.kind == .forbidden)
            #expect(seen == 2)
        }
    }

    @Test("an iterator that has failed is at its end")
    func afterFailure() async throws {
        try await FakeServer.withTenableIO { _, count in
            count == 0 ? .answer(.forbidden) : Answers.list(Answers.user(4))
        } _: { tio, server in
            var iterator = tio.users.list().makeAsyncIterator()
            let error = await refusal { () async throws(TenableError) in
                try await iterator.next()
            }
            #expect(error?.kind == .forbidden)
            let next = try await iterator.next()
            #expect(next == nil)
            #expect(server.received.count == 1)
        }
    }

    @Test("a task that is cancelled in the middle of a page gets no further user")
    func cancelled() async throws {
        try await FakeServer.withTenableIO { _, _ in
            Answers.list(Answers.user(4), Answers.user(5))
        } _: { tio, _ in
            let task = Task {
                var seen = 0
                let error = await refusal { () async throws(TenableError) in
                    for try await _ in tio.users.list() {
                        seen += 1
                        withUnsafeCurrentTask { $0?.cancel() }
                    }
                }
                return (seen, error?.kind)
            }
            #expect(await task.value == (1, .cancelled))
        }
    }

    @Test("roles by name are asked for and read")
    func withRoles() async throws {
        try await LiveServer.withTenableIO { tio, _ in
            let users = try await tio.users.list(withRoles: true).all()
            #expect(users.first?.roles?.map(\.name) == ["Administrator"])
            let me = try await tio.users.details(2, withRoles: true)
            #expect(me.roles?.first?.uuid == users.first?.roles?.first?.uuid)
            #expect(try await tio.users.details(2).roles == nil)
        }
    }

    @Test("the members of a group come in pages, too")
    func members() async throws {
        try await LiveServer.withTenableIO { tio, server in
            let group = try await tio.groups.create("Operators")
            for number in 1...5 {
                let user = try await server.test.makeUser("user\(number)@example.com")
                try await tio.groups.addUser(.init(user.id.rawValue), to: group.id)
            }
            let members = try await tio.groups.listUsers(group.id, pageSize: 2).all()
            #expect(members.map(\.username) == (1...5).map { "user\($0)@example.com" })
            #expect(try await tio.groups.listUsers(0, pageSize: 4).all().count == 6)
        }
    }
}
