import ActiveLogicClient
import ClientTestSupport
import HTTPTypes
import Testing

@Suite("Servers that cannot be reached", .timeLimit(.minutes(10)))
struct UnreachableTests {
    @Test("a login is sent again where nothing could be sent, once the server is there")
    func connectionRefused() async throws {
        let port = try ReservedPort()
        let (turns, turn) = AsyncStream.makeStream(of: Bool.self)
        let (starts, start) = AsyncStream.makeStream(of: Bool.self)
        let waits = Waits { _ in
            turn.yield(true)
            _ = await starts.first { _ in true }
        }
        let login = Task {
            try await ActiveLogic.connect(
                to: port.address,
                username: "admin",
                password: Passwords.first,
                options: .quick(waits)
            ).close()
        }
        _ = await turns.first { _ in true }
        let script = FakeDialect.script([]) { _, _ in .hangUp }
        try await FakeServer.run(port: port.number, script) { server in
            start.yield(true)
            try await login.value
            #expect(server.received.map(\.method) == [.post, .delete])
            #expect(waits.all == [.milliseconds(100)])
        }
        withExtendedLifetime(port) {}
    }

    @Test("a server that is not there is a PLDBIOError after three attempts")
    func nobodyThere() async throws {
        let port = try ReservedPort()
        let waits = Waits()
        let error = await refusal { () async throws(ActiveLogicError) in
            try await ActiveLogic.connect(
                to: port.address,
                username: "admin",
                password: Passwords.first,
                options: .quick(waits)
            )
        }
        #expect(error?.kind == .pldbIOError)
        #expect(error?.code == "connection_failed")
        #expect(error?.isOutcomeUnknown == false)
        #expect(waits.all.count == 2)
        withExtendedLifetime(port) {}
    }

    @Test("a server that says nothing is a PLDBIOError when the time is up, and is not asked again")
    func timeout() async throws {
        var options = ActiveLogic.Options.quick()
        options.timeout = .milliseconds(200)
        try await FakeServer.run { _, _ in
            .silence
        } _: { server in
            let error = await refusal { () async throws(ActiveLogicError) in
                try await ActiveLogic.connect(
                    to: server.address,
                    username: "admin",
                    password: Passwords.first,
                    options: options
                )
            }
            #expect(error?.kind == .pldbIOError)
            #expect(error?.code == "timeout")
            #expect(server.received.count <= 1)
        }
    }

    @Test("a redirect is not followed, least of all with a password")
    func redirect() async throws {
        try await FakeServer.run { _, _ in
            .answer(.temporaryRedirect, "", [.location: "http://127.0.0.1:1/elsewhere"])
        } _: { server in
            let error = await refusal { () async throws(ActiveLogicError) in
                try await ActiveLogic.connect(
                    to: server.address,
                    username: "admin",
                    password: Passwords.first,
                    options: .quick()
                )
            }
            #expect(error?.kind == .pldbIOError)
            #expect(error?.code == "http_307")
            #expect(server.received.count == 1)
        }
    }
}
