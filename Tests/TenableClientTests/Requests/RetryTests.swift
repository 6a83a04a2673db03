import ClientTestSupport
import FoundationEssentials
import HTTPTypes
import TenableClient
import Testing

@Suite("Sending again", .timeLimit(.minutes(10)))
struct RetryTests {
    @Test(
        "a read is sent again after 429, 502, 503 and 504, with waits that grow",
        arguments: [429, 502, 503, 504]
    )
    func reads(_ status: Int) async throws {
        let waits = Waits()
        try await FakeServer.withTenableIO(options: .quick(waits)) { _, count in
            count < 3 ? .answer(.init(code: status)) : .answer(.ok, Answers.user())
        } _: { tio, server in
            let user = try await tio.users.details(4)
            #expect(user.id == 4)
            #expect(waits.all == [.milliseconds(100), .milliseconds(200), .milliseconds(400)])
            #expect(server.received.count == 4)
        }
    }

    @Test(
        "no other status is a reason to send again",
        arguments: [400, 401, 403, 404, 409, 500, 501]
    )
    func others(_ status: Int) async throws {
        try await FakeServer.withTenableIO { _, _ in
            .answer(.init(code: status))
        } _: { tio, server in
            let error = await refusal { () async throws(TenableError) in
                try await tio.users.details(4)
            }
            #expect(error?.status == status)
            #expect(server.received.count == 1)
        }
    }

    @Test("the gateway's page for too many requests is waited out as long as it says")
    func retryAfter() async throws {
        let waits = Waits()
        try await FakeServer.withTenableIO(options: .quick(waits)) { _, count in
            count == 0 ? Answers.tooMany("30") : Answers.list(Answers.user())
        } _: { tio, _ in
            let users = try await tio.users.list().all()
            #expect(users.count == 1)
            #expect(waits.all == [.milliseconds(30_100)])
        }
    }

    @Test("a server that asks for more than a minute is not waited for; the error says how long")
    func longWait() async throws {
        let waits = Waits()
        try await FakeServer.withTenableIO(options: .quick(waits)) { _, _ in
            Answers.tooMany("61")
        } _: { tio, server in
            let error = await refusal { () async throws(TenableError) in
                try await tio.users.details(4)
            }
            #expect(error?.kind == .tooManyRequests)
            #expect(error?.retryAfter == .seconds(61))
            #expect(error?.message == "The server answered with status 429.")
            #expect(waits.all.isEmpty)
            #expect(server.received.count == 1)
        }
    }

    @Test("after five more attempts it is over, as in pyTenable; with retries 0 after the first")
    func limits() async throws {
        for retries in [5, 0] {
            var options = TenableIO.Options.quick()
            if retries == 0 { options.retries = 0 }
            try await FakeServer.withTenableIO(options: options) { _, _ in
                .answer(.badGateway)
            } _: { tio, server in
                let error = await refusal { () async throws(TenableError) in
                    try await tio.users.details(4)
                }
                #expect(error?.kind == .server)
                #expect(error?.isOutcomeUnknown == false)
                #expect(server.received.count == retries + 1)
            }
        }
    }

    @Test("a change that does the same when it is done twice is sent again after a lost answer")
    func repeatable() async throws {
        try await FakeServer.withTenableIO { request, count in
            if count % 2 == 0 { return .hangUp }
            return request.target.hasSuffix("roles")
                ? .answer(.ok, #"{"role_uuids":["u"]}"#) : .answer(.ok, Answers.user())
        } _: { tio, server in
            try await tio.users.edit(4, name: "Jane")
            try await tio.users.enabled(4, false)
            try await tio.users.editAuths(
                4,
                apiPermitted: true,
                passwordPermitted: true,
                samlPermitted: false
            )
            try await tio.users.twoFactor(4, email: true, sms: false)
            try await tio.session.edit(name: "Jane")
            try await tio.roles.assign(UUID(), to: 4)
            #expect(server.received.count == 12)
            let pairs = stride(from: 0, to: 12, by: 2).map { index in
                server.received[index].body == server.received[index + 1].body
            }
            #expect(pairs.allSatisfy { $0 })
        }
    }

    @Test("a change that is not is never sent a second time, and its outcome is said to be unknown")
    func once() async throws {
        try await FakeServer.withTenableIO { _, _ in
            .hangUp
        } _: { tio, server in
            let errors = await lost(tio)
            for error in errors {
                #expect(error?.kind == .connectionLost)
                #expect(error?.isOutcomeUnknown == true)
            }
            #expect(server.received.count == errors.count)
        }
    }

    private func lost(_ tio: TenableIO) async -> [TenableError?] {
        [
            await refusal { () async throws(TenableError) in
                try await tio.users.delete(4)
            },
            await refusal { () async throws(TenableError) in
                try await tio.users.genAPIKeys(4)
            },
            await refusal { () async throws(TenableError) in
                try await tio.users.changePassword(
                    4,
                    oldPassword: Passwords.first,
                    newPassword: Passwords.second
                )
            },
            await refusal { () async throws(TenableError) in
                try await tio.users.enableTwoFactor(4, phone: "+15555555555")
            },
            await refusal { () async throws(TenableError) in
                try await tio.users.verifyTwoFactor(4, code: "1")
            },
            await refusal { () async throws(TenableError) in
                try await tio.groups.create("Operators")
            },
            await refusal { () async throws(TenableError) in
                try await tio.groups.delete(6)
            },
            await refusal { () async throws(TenableError) in
                try await tio.groups.addUser(4, to: 6)
            },
            await refusal { () async throws(TenableError) in
                try await tio.post("users")
            },
            await refusal { () async throws(TenableError) in
                try await tio.put("users/4")
            },
        ]
    }
}
