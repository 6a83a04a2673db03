import ClientTestSupport
import HTTPTypes
import TenableClient
import Testing

@Suite("Creating a user whose answer is lost", .timeLimit(.minutes(10)))
struct CreationTests {
    private static let lost: [Reply] = [
        .hangUp, .answer(.badGateway, "<html></html>"), .answer(.gatewayTimeout),
        .answer(.internalServerError, #"{"statusCode":500,"error":"Internal Server Error"}"#),
        .answer(.serviceUnavailable), .answer(.tooManyRequests), .answer(.ok), .answer(.ok, "[]"),
        .answer(.ok, #"{"id":"four"}"#),
    ]
    private static let create = "POST /users"
    private static let look = "GET /users?limit=1000&q=jane%40example.com"

    private func create(_ tio: TenableIO) async throws(TenableError) -> TenableIO.User {
        try await tio.users.create(
            username: "jane@example.com",
            password: Passwords.first,
            permissions: .standard
        )
    }

    @Test("a user who is not there is sent again, after a look", arguments: lost.indices)
    func notThere(_ index: Int) async throws {
        let waits = Waits()
        try await FakeServer.withTenableIO(options: .quick(waits)) { _, count in
            switch count {
            case 0: Self.lost[index]
            case 1: Answers.list(Answers.user(5, "jane@example.com.au"))
            default: .answer(.ok, Answers.user())
            }
        } _: { tio, server in
            let user = try await create(tio)
            #expect(user.id == 4)
            #expect(server.lines == [Self.create, Self.look, Self.create])
            #expect(waits.all == [.milliseconds(100)])
        }
    }

    @Test("a user who is there as was asked for is not sent again", arguments: lost.indices)
    func there(_ index: Int) async throws {
        try await FakeServer.withTenableIO { _, count in
            count == 0
                ? Self.lost[index]
                : Answers.list(Answers.user(5, "jane@example.com.au"), Answers.user())
        } _: { tio, server in
            let user = try await create(tio)
            #expect(user.id == 4)
            #expect(server.lines == [Self.create, Self.look])
        }
    }

    @Test(
        "a user who is there and is not what was asked for is an error that says it is uncertain",
        arguments: [
            Answers.user(permissions: 64),
            Answers.user(more: #","name":"Jane""#),
            Answers.user(more: #","lastlogin":1727938102779"#),
            Answers.user(more: #","last_apikey_access":1727938102779"#),
            #"{"uuid":"u","id":4,"username":"jane@example.com","email":"jane@example.com"}"#,
        ]
    )
    func another(_ user: String) async throws {
        try await FakeServer.withTenableIO { _, count in
            count == 0 ? .hangUp : Answers.list(user)
        } _: { tio, server in
            let error = await refusal { () async throws(TenableError) in try await create(tio) }
            #expect(error?.kind == .uncertain)
            #expect(error?.isOutcomeUnknown == true)
            #expect(server.lines == [Self.create, Self.look])
        }
    }

    @Test("where nobody can look, it is uncertain, and nothing is sent again")
    func blind() async throws {
        try await FakeServer.withTenableIO { request, _ in
            request.method == .post ? .hangUp : .answer(.forbidden)
        } _: { tio, server in
            let error = await refusal { () async throws(TenableError) in try await create(tio) }
            #expect(error?.kind == .uncertain)
            #expect(error?.status == 403)
            #expect(server.lines == [Self.create, Self.look])
        }
    }

    @Test("a first request that arrives late is found when the second meets it")
    func late() async throws {
        try await FakeServer.withTenableIO { _, count in
            switch count {
            case 0: .answer(.gatewayTimeout)
            case 1: Answers.list()
            case 2: .answer(.conflict, #"{"error":"Duplicate username"}"#)
            default: Answers.list(Answers.user())
            }
        } _: { tio, server in
            let user = try await create(tio)
            #expect(user.id == 4)
            #expect(server.lines == [Self.create, Self.look, Self.create, Self.look])
        }
    }

    @Test("a name that is taken at once is a conflict, and nothing is looked up")
    func conflict() async throws {
        try await FakeServer.withTenableIO { _, _ in
            .answer(.conflict, #"{"error":"Duplicate username"}"#)
        } _: { tio, server in
            let error = await refusal { () async throws(TenableError) in try await create(tio) }
            #expect(error?.kind == .conflict)
            #expect(error?.message == "Duplicate username")
            #expect(error?.isOutcomeUnknown == false)
            #expect(server.lines == [Self.create])
        }
    }

    @Test("a name that is taken and a moment later is not is uncertain")
    func flickering() async throws {
        try await FakeServer.withTenableIO { request, count in
            switch (request.method, count) {
            case (.get, _): Answers.list()
            case (_, 0): .hangUp
            default: .answer(.conflict, #"{"error":"Duplicate username"}"#)
            }
        } _: { tio, server in
            let error = await refusal { () async throws(TenableError) in try await create(tio) }
            #expect(error?.kind == .uncertain)
            #expect(server.received.count { $0.method == .post } == 2)
        }
    }

    @Test("attempts end, and the last failure is what is told")
    func exhausted() async throws {
        var options = TenableIO.Options.quick()
        options.retries = 2
        try await FakeServer.withTenableIO(options: options) { request, _ in
            request.method == .get ? Answers.list() : .answer(.badGateway)
        } _: { tio, server in
            let error = await refusal { () async throws(TenableError) in try await create(tio) }
            #expect(error?.kind == .server)
            #expect(error?.status == 502)
            #expect(server.received.count { $0.method == .post } == 3)
            #expect(server.received.count { $0.method == .get } == 3)
        }
    }

    @Test("a server that says when to come back has done nothing, so nobody looks")
    func comeBack() async throws {
        let waits = Waits()
        try await FakeServer.withTenableIO(options: .quick(waits)) { _, count in
            count == 0 ? Answers.tooMany("30") : .answer(.ok, Answers.user())
        } _: { tio, server in
            let user = try await create(tio)
            #expect(user.id == 4)
            #expect(server.lines == [Self.create, Self.create])
            #expect(waits.all == [.milliseconds(30_100)])
        }
    }

    @Test("at Muster one user is there in the end, and the password is the one that was asked for")
    func atMuster() async throws {
        try await LiveServer.run { server in
            let tio = try server.tio()
            let user = try await create(tio)
            let again = await refusal { () async throws(TenableError) in try await create(tio) }
            #expect(again?.kind == .conflict)
            #expect(try await tio.users.list().all().count { $0.id == user.id } == 1)
            let session = try await TenableIO(
                username: "jane@example.com",
                password: Passwords.first,
                url: server.address,
                options: .quick()
            )
            await session.close()
            await tio.close()
        }
    }
}
