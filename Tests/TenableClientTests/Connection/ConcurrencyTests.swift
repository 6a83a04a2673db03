import ClientTestSupport
import HTTPTypes
import Testing

@testable import TenableClient

@Suite("Many tasks, and giving up", .timeLimit(.minutes(10)))
struct ConcurrencyTests {
    @Test("one value serves a hundred tasks at once, and each gets its own answer")
    func many() async throws {
        try await LiveServer.withTenableIO { tio, _ in
            let names = (0..<100).map { "user\($0)@example.com" }
            try await withThrowingTaskGroup { group in
                for name in names {
                    group.addTask {
                        let user = try await tio.users.create(
                            username: name,
                            password: Passwords.first,
                            permissions: 16
                        )
                        let edited = try await tio.users.edit(
                            user.id,
                            name: .set("Name of \(name)")
                        )
                        #expect(edited.username == name)
                        #expect(edited.name == "Name of \(name)")
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await tio.users.list(pageSize: 7).all().count == 101)
        }
    }

    @Test(
        "a task that is cancelled in a request gives up, and does not know what a change has done"
    )
    func inRequest() async throws {
        try await FakeServer.withTenableIO { _, _ in
            .silence
        } _: { tio, server in
            let task = Task {
                await refusal { () async throws(TenableError) in
                    try await tio.users.create(
                        username: "jane@example.com",
                        password: Passwords.first,
                        permissions: 16
                    )
                }
            }
            while server.received.isEmpty { await Task.yield() }
            task.cancel()
            let error = await task.value
            #expect(error?.kind == .cancelled)
            #expect(error?.isOutcomeUnknown == true)
            #expect(server.received.count == 1)
        }
    }

    @Test("a task that is cancelled while it waits for its turn gives up")
    func inWait() async throws {
        var options = TenableIO.Options.waiting()
        options.retries = 2
        try await FakeServer.withTenableIO(options: options) { _, _ in
            Answers.tooMany("30")
        } _: { tio, server in
            let task = Task {
                await refusal { () async throws(TenableError) in try await tio.users.details(4) }
            }
            while server.received.isEmpty { await Task.yield() }
            task.cancel()
            let error = await task.value
            #expect(error?.kind == .cancelled)
            #expect(server.received.count == 1)
        }
    }

    @Test("closing ends what is under way")
    func closing() async throws {
        try await FakeServer.run { _, _ in
            .silence
        } _: { server in
            let tio = try server.tio()
            async let error = refusal { () async throws(TenableError) in
                try await tio.users.details(4)
            }
            while server.received.isEmpty { await Task.yield() }
            await tio.close()
            let kind = await error?.kind
            #expect(kind == .closed)
        }
    }
}
