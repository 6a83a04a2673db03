import ActiveLogicClient
import ClientTestSupport
import HTTPTypes
import Testing

@Suite("Sending again", .timeLimit(.minutes(10)))
struct RetryTests {
    private static let list = #"{"users":[\#(FakeDialect.user)]}"#

    @Test(
        "a read is sent again after 503, and its answer is what counts",
        arguments: [503, 429, 502, 504]
    )
    func readAfterStatus(_ status: Int) async throws {
        let waits = Waits()
        let script = FakeDialect.script { _, count in
            count < 2 ? .answer(.init(code: status)) : .answer(.ok, RetryTests.list)
        }
        try await FakeServer.run(script) { server in
            try await server.withUsers(options: .quick(waits)) { users in
                let list = try await users.list(User.self)
                #expect(list.count == 1)
                #expect(waits.all == [.milliseconds(100), .milliseconds(200)])
            }
        }
    }

    @Test("a read is sent again after the connection was lost, three times in all")
    func readAfterLoss() async throws {
        try await FakeServer.run(FakeDialect.script { _, _ in .hangUp }) { server in
            try await server.withUsers { users in
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await users.list(User.self)
                }
                #expect(error?.kind == .pldbIOError)
                #expect(error?.code == "connection_lost")
                #expect(error?.isOutcomeUnknown == false)
                #expect(server.received.count { $0.method == .get } == 3)
            }
        }
    }

    @Test("a change whose connection was lost is never sent a second time")
    func changeAfterLoss() async throws {
        try await FakeServer.run(FakeDialect.script { _, _ in .hangUp }) { server in
            try await server.withUsers { users in
                let errors = [
                    await refusal { () async throws(ActiveLogicError) in
                        try await users.addUser(name: "x", password: Passwords.first)
                    },
                    await refusal { () async throws(ActiveLogicError) in
                        try await users.updateUser("x", timeout: 1)
                    },
                    await refusal { () async throws(ActiveLogicError) in
                        try await users.removeUser("x")
                    },
                    await refusal { () async throws(ActiveLogicError) in
                        try await users.changeUserPassword(
                            "x",
                            currentPassword: Passwords.first,
                            newPassword: Passwords.second
                        )
                    },
                    await refusal { () async throws(ActiveLogicError) in
                        try await users.authenticate(
                            username: "x",
                            password: Passwords.first,
                            ipAddress: "127.0.0.1"
                        )
                    },
                ]
                #expect(errors.allSatisfy { $0?.kind == .pldbIOError })
                #expect(errors.allSatisfy { $0?.code == "connection_lost" })
                #expect(errors.allSatisfy { $0?.isOutcomeUnknown == true })
                #expect(
                    server.received.dropFirst().map(\.method) == [
                        .post, .patch, .delete, .put, .post,
                    ]
                )
            }
        }
    }

    @Test("a login whose connection was lost is never sent a second time")
    func loginAfterLoss() async throws {
        try await FakeServer.run { _, _ in
            .hangUp
        } _: { server in
            let error = await refusal { () async throws(ActiveLogicError) in
                try await ActiveLogic.connect(
                    to: server.address,
                    username: "admin",
                    password: Passwords.first,
                    options: .quick()
                )
            }
            #expect(error?.code == "connection_lost")
            #expect(server.received.count == 1)
        }
    }

    @Test("a change is sent again where the server says when to come back, and only then")
    func changeAfterRefusal() async throws {
        let waits = Waits()
        let script = FakeDialect.script { _, count in
            switch count {
            case 0: .answer(.serviceUnavailable, "", [.retryAfter: "2"])
            case 1: .answer(.tooManyRequests, "", [.retryAfter: "0"])
            case 2: .answer(.created, FakeDialect.user)
            default: .answer(.serviceUnavailable)
            }
        }
        try await FakeServer.run(script) { server in
            try await server.withUsers(options: .quick(waits)) { users in
                try await users.addUser(name: "admin", password: Passwords.first)
                #expect(waits.all == [.milliseconds(2_100), .milliseconds(100)])
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await users.addUser(name: "admin", password: Passwords.first)
                }
                #expect(error?.kind == .pldbIOError)
                #expect(server.received.count == 5)
            }
        }
    }

    @Test(
        "a server that asks for more than 30 s is not waited for; the error says how long it asked for"
    )
    func longWait() async throws {
        let waits = Waits()
        let script = FakeDialect.script { _, _ in
            .answer(
                .tooManyRequests,
                FakeDialect.error("PLDBError", "request_rate_limited", "Slow down."),
                [.retryAfter: "31"]
            )
        }
        try await FakeServer.run(script) { server in
            try await server.withUsers(options: .quick(waits)) { users in
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await users.list(User.self)
                }
                #expect(error?.kind == .pldbError)
                #expect(error?.code == "request_rate_limited")
                #expect(error?.retryAfter == .seconds(31))
                #expect(waits.all.isEmpty)
            }
        }
    }

    @Test("with retries 0 nothing is sent again")
    func never() async throws {
        var options = ActiveLogic.Options.quick()
        options.retries = 0
        let script = FakeDialect.script { _, _ in
            .answer(.serviceUnavailable, "", [.retryAfter: "0"])
        }
        try await FakeServer.run(script) { server in
            try await server.withUsers(options: options) { users in
                _ = await refusal { () async throws(ActiveLogicError) in
                    try await users.list(User.self)
                }
                #expect(server.received.count == 2)
            }
        }
    }
}
