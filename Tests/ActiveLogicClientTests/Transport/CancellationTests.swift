import ActiveLogicClient
import ClientTestSupport
import HTTPTypes
import Testing

@Suite("Giving up", .timeLimit(.minutes(10)))
struct CancellationTests {
    @Test("a task that is cancelled while it waits for its turn gives up with PLDBIOError")
    func cancelledWait() async throws {
        let script = FakeDialect.script { _, _ in
            .answer(.serviceUnavailable, "", [.retryAfter: "30"])
        }
        try await FakeServer.run(script) { server in
            var options = ActiveLogic.Options.waiting()
            options.retries = 2
            let connection = try await ActiveLogic.connect(
                to: server.address,
                username: "admin",
                password: Passwords.first,
                options: options
            )
            let task = Task {
                await refusal { () async throws(ActiveLogicError) in
                    try await connection.users().list(User.self)
                }
            }
            while server.received.count < 2 { await Task.yield() }
            task.cancel()
            let error = await task.value
            #expect(error?.kind == .pldbIOError)
            #expect(error?.code == "cancelled")
            await connection.close()
        }
    }

    @Test("a task that is cancelled while a change is under way does not know its outcome")
    func cancelledChange() async throws {
        try await FakeServer.run(FakeDialect.script { _, _ in .silence }) { server in
            try await server.withUsers { users in
                let task = Task {
                    await refusal { () async throws(ActiveLogicError) in
                        try await users.removeUser("x")
                    }
                }
                while server.received.count < 2 { await Task.yield() }
                task.cancel()
                let error = await task.value
                #expect(error?.code == "cancelled")
                #expect(error?.isOutcomeUnknown == true)
            }
        }
    }

    @Test("closing the connection ends what is under way with PLDBIOError")
    func closedMeanwhile() async throws {
        try await FakeServer.run(FakeDialect.script { _, _ in .silence }) { server in
            let connection = try await ActiveLogic.connect(
                to: server.address,
                username: "admin",
                password: Passwords.first,
                options: .quick()
            )
            async let error = refusal { () async throws(ActiveLogicError) in
                try await connection.users().list(User.self)
            }
            while server.received.count < 2 { await Task.yield() }
            await connection.close()
            let code = await error?.code
            #expect(code == "connection_closed")
        }
    }
}
