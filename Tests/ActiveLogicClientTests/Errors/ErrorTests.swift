import ActiveLogicAPI
import ActiveLogicClient
import ClientTestSupport
import HTTPTypes
import Testing

@Suite("Errors")
struct ErrorTests {
    @Test("every kind that the server sends arrives as what it is", arguments: ErrorKind.allCases)
    func kinds(_ kind: ErrorKind) async throws {
        let body = """
            {"error":{"type":"\(kind.rawValue)","code":"some_code","message":"Some words.",
            "field":"some_field","reason":"some_reason"}}
            """
        let error = try await error(.answer(.conflict, body, [.requestUUID: "abc123"]))
        #expect(error?.kind.rawValue == kind.rawValue)
        #expect(error?.code == "some_code")
        #expect(error?.message == "Some words.")
        #expect(error?.field == "some_field")
        #expect(error?.reason == "some_reason")
        #expect(error?.requestID == "abc123")
        #expect(error?.description == "\(kind.rawValue): Some words.")
        #expect(
            error?.debugDescription
                == "\(kind.rawValue): Some words. [code: some_code, field: some_field, "
                + "reason: some_reason, request: abc123]"
        )
    }

    @Test("this library knows the same kinds as the server")
    func sameKinds() {
        #expect(
            Set(ErrorKind.allCases.map(\.rawValue))
                == Set(ActiveLogicError.Kind.allCases.map(\.rawValue))
        )
    }

    @Test(
        "an answer that names no kind is taken by its status",
        arguments: [
            (400, .pldbError), (401, .pldbIOError), (403, .pldbError), (404, .pldbCapabilityError),
            (405, .pldbCapabilityError), (407, .pldbIOError), (409, .pldbError),
            (412, .pldbNewDataCommitted), (418, .pldbError), (426, .pldbCapabilityError),
            (500, .pldbIOError), (501, .pldbUnsupportedInFirmware), (502, .pldbIOError),
            (503, .pldbIOError), (504, .pldbIOError), (302, .pldbIOError),
        ] as [(Int, ActiveLogicError.Kind)]
    )
    func statuses(_ status: Int, _ kind: ActiveLogicError.Kind) async throws {
        for body in [
            "", "<html>no</html>", "{}", "[]", #"{"error":"no"}"#, #"{"error":{"code":7}}"#,
        ] {
            let error = try await error(.answer(.init(code: status), body))
            #expect(error?.kind == kind)
            #expect(error?.code == "http_\(status)")
            #expect(error?.message == "The server answered with status \(status).")
        }
    }

    @Test(
        "long words of a server are cut",
        arguments: [
            String(repeating: "x", count: 200_000), String(repeating: "\u{E9}", count: 90_000),
        ]
    )
    func longWords(_ text: String) async throws {
        let body = """
            {"error":{"type":"\(text)","code":"\(text)","message":"\(text)","field":"\(text)"}}
            """
        let error = try await error(.answer(.conflict, body))
        #expect(error?.kind == .pldbError)
        #expect((error?.message.utf8.count ?? .max) <= 4_096)
        #expect((error?.code.utf8.count ?? .max) <= 64 && (error?.field?.utf8.count ?? .max) <= 64)
    }

    @Test("a kind that only a newer server knows keeps its code and words")
    func newerKind() async throws {
        let body = FakeDialect.error("PLDBCriticalError", "on_fire", "The database is on fire.")
        let error = try await error(.answer(.conflict, body))
        #expect(error?.kind == .pldbError)
        #expect(error?.code == "on_fire")
        #expect(error?.message == "The database is on fire.")
    }

    @Test(
        "a failing server leaves a change in doubt; one that refuses does not",
        arguments: [
            (500, true), (502, true), (504, true), (400, false), (409, false), (501, false),
            (503, false),
        ]
    )
    func doubt(_ status: Int, _ isOutcomeUnknown: Bool) async throws {
        let script = FakeDialect.script { _, _ in .answer(.init(code: status)) }
        try await FakeServer.run(script) { server in
            try await server.withUsers { users in
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await users.removeUser("x")
                }
                #expect(error?.isOutcomeUnknown == isOutcomeUnknown)
            }
        }
    }

    @Test(
        "a server that does not speak this API is a PLDBCapabilityError",
        arguments: [
            .answer(.notFound, "<html>404</html>"), .answer(.methodNotAllowed),
            .answer(.notFound, FakeDialect.error("PLDBError", "request_not_found", "Not Found")),
            .answer(.ok, "<html>welcome</html>"), .answer(.ok, "{}"),
            .answer(.ok, #"{"token":"x"}"#),
            .answer(.ok, #"{"token":"two words","user":\#(FakeDialect.user)}"#),
            .answer(.ok, #"{"token":"","user":\#(FakeDialect.user)}"#),
        ] as [Reply]
    )
    func otherServers(_ reply: Reply) async throws {
        try await FakeServer.run { _, _ in
            reply
        } _: { server in
            let error = await refusal { () async throws(ActiveLogicError) in
                try await ActiveLogic.connect(
                    to: server.address,
                    username: "admin",
                    password: Passwords.first,
                    options: .quick()
                )
            }
            #expect(error?.kind == .pldbCapabilityError)
            #expect(error?.code == "not_activelogic")
        }
    }

    @Test(
        "an answer that is not what the API prescribes is a PLDBIOError",
        arguments: [
            "", "[]", "{}", #"{"users":{}}"#, #"{"users":[{}]}"#, #"{"users":[]"#,
            #"{"users":[{"id":"3","name":"x","readbm":0,"writebm":0,"lviewbm":0,"timeout":0,"hosts":[]}]}"#,
            #"{"users":[{"id":3,"name":"x","readbm":0,"writebm":0,"lviewbm":0,"timeout":0,"hosts":[1]}]}"#,
            #"{"users":[{"id":3,"name":"x","readbm":0,"writebm":0,"lviewbm":0,"timeout":0}]}"#,
        ]
    )
    func malformed(_ body: String) async throws {
        let error = try await error(.answer(.ok, body))
        #expect(error?.kind == .pldbIOError)
        #expect(error?.code == "malformed_response")
    }

    @Test("a real server's errors carry the number under which it logged the request")
    func requestID() async throws {
        try await LiveServer.withUsers { users, server in
            let error = await refusal { () async throws(ActiveLogicError) in
                try await users.removeUser("nobody")
            }
            let id = try #require(error?.requestID)
            #expect(server.log.lines.contains { $0.metadata["request.id"] == id })
        }
    }

    private func error(_ reply: Reply) async throws -> ActiveLogicError? {
        var found: ActiveLogicError?
        try await FakeServer.run(FakeDialect.script { _, _ in reply }) { server in
            var options = ActiveLogic.Options.quick()
            options.retries = 0
            try await server.withUsers(options: options) { users in
                found = await refusal { () async throws(ActiveLogicError) in
                    try await users.list(User.self)
                }
            }
        }
        return found
    }
}
