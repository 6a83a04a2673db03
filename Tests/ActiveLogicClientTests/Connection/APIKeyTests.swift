import ActiveLogicClient
import ClientTestSupport
import HTTPTypes
import MusterCore
import MusterTesting
import Testing

@Suite("API keys", .timeLimit(.minutes(10)))
struct APIKeyTests {
    private static let accessKey = String(repeating: "ab", count: 32)
    private static let secretKey = String(repeating: "c7", count: 32)

    private static let welcome =
        #"{"user":\#(FakeDialect.user),"capabilities":["paging","revision"],"revision":1}"#

    @Test("keys come in as their user, and no session begins or ends")
    func comingIn() async throws {
        try await LiveServer.run { server in
            try await server.withKeys { connection in
                #expect(connection.user.name == TestDirectory.administratorName)
                #expect(
                    connection.capabilities
                        == [.changeUserPassword, .keyFingerprints, .revision, .paging]
                )
            }
            #expect(server.count("GET", "/sessions") == 1)
            #expect(server.count("POST", "/sessions") == 0)
            #expect(server.count("DELETE", "/sessions") == 0)
        }
    }

    @Test("a connection by password and one by keys are told the same of user and server")
    func sameAnswer() async throws {
        try await LiveServer.run { server in
            try await server.withKeys { keys in
                try await server.withConnection { session in
                    #expect(keys.user == session.user)
                    #expect(keys.capabilities == session.capabilities)
                }
            }
        }
    }

    @Test(
        "everything that works in a session works with keys: changes, lists from memory, strict handles"
    )
    func everyCall() async throws {
        try await LiveServer.run { server in
            try await server.withKeys { connection in
                let users = connection.users(cacheEnabled: true, strict: true)
                _ = try await users.list(ActiveLogicClient.User.self)
                let jane = try await users.addUser(name: "jane", password: Passwords.first)
                try await users.changeUserPassword(
                    .user(jane),
                    currentPassword: Passwords.administrator,
                    newPassword: Passwords.second
                )
                try await users.addPubKey("jane", PublicKeys.ed25519)
                #expect(try await users.list(UserPubKey.self, user: "jane").count == 1)
                let result = try await users.authenticate(
                    username: "jane",
                    password: Passwords.second,
                    ipAddress: "127.0.0.1"
                )
                #expect(result.writePermissions.isEmpty)
                try await users.removeUser("jane")
            }
        }
    }

    @Test("each request carries the keys and no token")
    func fields() async throws {
        try await FakeServer.run { request, _ in
            request.target.hasSuffix("/sessions")
                ? .answer(.ok, Self.welcome) : .answer(.ok, #"{"users":[]}"#)
        } _: { server in
            try await server.withKeys { connection in
                _ = try await connection.users().list(ActiveLogicClient.User.self)
            }
            #expect(
                server.received.map { "\($0.method) \($0.target)" } == [
                    "GET /activelogic/v1/sessions", "GET /activelogic/v1/users?limit=2000",
                ]
            )
            for request in server.received {
                #expect(
                    request.fields[HTTPField.Name("X-ApiKeys") ?? .accept]
                        == "accessKey=\(Self.accessKey); secretKey=\(Self.secretKey)"
                )
                #expect(request.fields[.authorization] == nil)
            }
        }
    }

    @Test("wrong keys are PLDBIOError, as a wrong password is")
    func wrongKeys() async throws {
        try await LiveServer.run { server in
            let error = await refusal { () async throws(ActiveLogicError) in
                try await ActiveLogic.connect(
                    to: server.address,
                    accessKey: Self.accessKey,
                    secretKey: Self.secretKey,
                    options: .quick()
                )
            }
            #expect(error?.kind == .pldbIOError)
            #expect(error?.code == "credentials_invalid")
        }
    }

    @Test(
        "what cannot be a key is refused before anything is sent, by name and not repeated",
        arguments: ["", "a b", "a;secretKey=b", "a\r\nX-Cookie: token=b", "\u{e9}\u{301}"]
    )
    func impossibleKeys(_ key: String) async throws {
        try await FakeServer.run { _, _ in
            .answer(.ok, Self.welcome)
        } _: { server in
            for (access, secret, field) in [
                (key, Self.secretKey, "accessKey"), (Self.accessKey, key, "secretKey"),
            ] {
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await ActiveLogic.connect(
                        to: server.address,
                        accessKey: access,
                        secretKey: secret
                    )
                }
                #expect(error?.kind == .valueError)
                #expect(error?.code == "option_invalid")
                #expect(error?.field == field)
                #expect(error?.message == "An API key is made of letters and digits, 64 in all.")
            }
            #expect(server.received.isEmpty)
        }
    }

    @Test(
        "a server that knows no keys, or not this API, is named as such",
        arguments: [
            (HTTPResponse.Status.methodNotAllowed, "", "api_keys_unsupported"),
            (.notFound, "", "not_activelogic"), (.ok, "[]", "not_activelogic"),
            (.ok, #"{"user":{"id":"2"}}"#, "not_activelogic"),
        ]
    )
    func otherServers(_ status: HTTPResponse.Status, _ body: String, _ code: String) async throws {
        try await FakeServer.run { _, _ in
            .answer(status, body)
        } _: { server in
            let error = await refusal { () async throws(ActiveLogicError) in
                try await ActiveLogic.connect(
                    to: server.address,
                    accessKey: Self.accessKey,
                    secretKey: Self.secretKey,
                    options: .quick()
                )
            }
            #expect(error?.kind == .pldbCapabilityError)
            #expect(error?.code == code)
        }
    }

    @Test("keys are in no text: not of the connection, its users, its errors, nor in the log")
    func secrecy() async throws {
        let log = LogRecorder()
        var shown: [String] = []
        try await FakeServer.run { request, _ in
            request.target.hasSuffix("/sessions") ? .answer(.ok, Self.welcome) : .hangUp
        } _: { server in
            var options = ActiveLogic.Options.quick()
            options.logger = log.logger
            try await server.withKeys(options: options) { connection in
                let users = connection.users()
                shown += texts(connection) + texts(users)
                let error = await refusal { () async throws(ActiveLogicError) in
                    try await users.removeUser("jane")
                }
                shown += texts(try #require(error))
            }
        }
        #expect(shown.count > 10)
        #expect(log.lines.count > 1)
        for key in [Self.accessKey, Self.secretKey] {
            #expect(shown.filter { $0.contains(key) } == [])
            #expect(!log.text.contains(key))
        }
    }
}

extension LiveServer {
    /// Connects with the administrator's keys while `body` runs.
    func withKeys(_ body: (ActiveLogic.Connection) async throws -> Void) async throws {
        let keys = test.administratorKeys
        try await ActiveLogic.withConnection(
            to: address,
            accessKey: keys.accessKey,
            secretKey: keys.secretKey.withExposedValue { $0 },
            options: .quick(),
            body
        )
    }
}

extension FakeServer {
    /// Connects with keys while `body` runs.
    fileprivate func withKeys(
        options: ActiveLogic.Options = .quick(),
        _ body: (ActiveLogic.Connection) async throws -> Void
    ) async throws {
        try await ActiveLogic.withConnection(
            to: address,
            accessKey: String(repeating: "ab", count: 32),
            secretKey: String(repeating: "c7", count: 32),
            options: options,
            body
        )
    }
}
