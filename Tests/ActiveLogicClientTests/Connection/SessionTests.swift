import ActiveLogicClient
import ClientTestSupport
import HTTPTypes
import MusterTesting
import Testing

@Suite("Sessions")
struct SessionTests {
    @Test("a connection knows who logged in and what the server can do")
    func handshake() async throws {
        try await LiveServer.run { server in
            try await server.withConnection { connection in
                #expect(connection.user.name == TestDirectory.administratorName)
                #expect(connection.user.readbm == .max)
                #expect(
                    connection.capabilities == [
                        .changeUserPassword, .keyFingerprints, .revision, .paging,
                    ]
                )
            }
        }
    }

    @Test("an unknown name and a wrong password are one PLDBIOError")
    func badCredentials() async throws {
        try await LiveServer.run { server in
            for (name, password) in [
                ("nobody", Passwords.first), (TestDirectory.administratorName, Passwords.first),
                ("", ""),
            ] {
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await ActiveLogic.connect(
                        to: server.address,
                        username: name,
                        password: password,
                        options: .quick()
                    )
                }
                #expect(error?.kind == .pldbIOError)
                #expect(error?.code == "credentials_invalid")
                #expect(error?.description == "PLDBIOError: Authorization failure")
            }
        }
    }

    @Test("after close, everything opened from the connection fails, lists from memory too")
    func close() async throws {
        try await LiveServer.run { server in
            let connection = try await ActiveLogic.connect(
                to: server.address,
                username: TestDirectory.administratorName,
                password: Passwords.administrator,
                options: .quick()
            )
            let users = connection.users(cacheEnabled: true)
            _ = try await users.list(User.self)
            await connection.close()
            await connection.close()
            #expect(server.count("DELETE", "/sessions") == 1)
            let errors = [
                await refusal { () async throws(ActiveLogicError) in
                    try await users.list(User.self)
                },
                await refusal { () async throws(ActiveLogicError) in
                    try await users.removeUser("nobody")
                },
                await refusal { () async throws(ActiveLogicError) in
                    try await connection.users().list(User.self)
                },
            ]
            #expect(errors.map { $0?.kind } == [.pldbIOError, .pldbIOError, .pldbIOError])
            #expect(errors.allSatisfy { $0?.code == "connection_closed" })
        }
    }

    @Test("the session ends with the scope, also where the body fails or is cancelled")
    func scope() async throws {
        struct Failure: Error {}
        try await LiveServer.run { server in
            await #expect(throws: Failure.self) {
                try await server.withConnection { _ in throw Failure() }
            }
            #expect(server.count("DELETE", "/sessions") == 1)

            let task = Task {
                try await server.withConnection { connection in
                    withUnsafeCurrentTask { $0?.cancel() }
                    _ = try await connection.users().list(User.self)
                }
            }
            let error = await #expect(throws: ActiveLogicError.self) { try await task.value }
            #expect(error?.code == "cancelled")
            #expect(server.count("DELETE", "/sessions") == 2)
        }
    }

    @Test("a connection that is dropped without being closed is let go")
    func dropped() async throws {
        try await LiveServer.run { server in
            _ = try await ActiveLogic.connect(
                to: server.address,
                username: TestDirectory.administratorName,
                password: Passwords.administrator,
                options: .quick()
            )
        }
    }

    @Test("the session of a removed user is over: PLDBDetached with the reason")
    func removedUser() async throws {
        try await LiveServer.withUsers { users, server in
            try await users.addUser(name: "somebody", password: Passwords.first)
            try await server.withConnection(as: "somebody", Passwords.first) { connection in
                try await users.removeUser("somebody")
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await connection.users().list(UserPubKey.self, user: "somebody")
                }
                #expect(error?.kind == .pldbDetached)
                #expect(error?.reason == "user_removed")
            }
        }
    }

    @Test(
        "a session idle for longer than its user's timeout is over, and a new timeout holds at once"
    )
    func idle() async throws {
        try await LiveServer.withUsers { users, server in
            try await users.addUser(name: "somebody", password: Passwords.first)
            try await server.withConnection(as: "somebody", Passwords.first) { connection in
                let own = connection.users()
                server.test.clock.advance(by: .seconds(3_600))
                _ = try await own.list(UserPubKey.self, user: "somebody")
                try await users.updateUser("somebody", timeout: 60)
                server.test.clock.advance(by: .seconds(60))
                _ = try await own.list(UserPubKey.self, user: "somebody")
                server.test.clock.advance(by: .seconds(61))
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await own.list(UserPubKey.self, user: "somebody")
                }
                #expect(error?.kind == .pldbDetached)
                #expect(error?.reason == "idle_timeout")
            }
        }
    }

    @Test("an account with a second factor asks for the code, which is an option")
    func secondFactor() async throws {
        let reply = FakeDialect.error("PLDBIOError", "code_required", "Verification code required")
        try await FakeServer.run { request, _ in
            request.body.contains(#""verification_code":"123456""#)
                ? FakeDialect.session([]) : .answer(.unauthorized, reply)
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
            #expect(error?.code == "code_required")
            var options = ActiveLogic.Options.quick()
            options.verificationCode = "123456"
            try await server.withConnection(options: options) { _ in }
        }
    }
}
