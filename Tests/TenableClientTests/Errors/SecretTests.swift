import ClientTestSupport
import HTTPTypes
import Testing

@testable import TenableClient

@Suite("Secrets", .timeLimit(.minutes(10)))
struct SecretTests {
    private static let token = "5ecre7-70ken"
    private static let newKey = String(repeating: "f00d", count: 16)
    private static let secrets = [
        StandIn.accessKey, StandIn.secretKey, Passwords.first, Passwords.second, token, newKey,
        StandIn.code,
    ]

    private static let replies: [Reply] = [
        .answer(.unauthorized, #"{"statusCode":401,"error":"Unauthorized","message":"No."}"#),
        .answer(.badRequest, #"{"error":"Current password is invalid."}"#),
        .answer(.internalServerError, "<html></html>"), .answer(.ok, "{}"), .hangUp,
        .answer(.ok, #"{"accessKey":"\#(newKey)","secretKey":"\#(newKey)"}"#),
        .answer(.ok, #"{"token":"\#(token)"}"#), .answer(.noContent), Answers.tooMany("1"),
    ]

    @Test("no value, no error and no line of the log shows a password, a key, a token or a code")
    func nowhere() async throws {
        let log = LogRecorder()
        var shown: [String] = []
        for reply in Self.replies {
            var options = TenableIO.Options.quick()
            options.logger = log.logger
            options.retries = 1
            try await FakeServer.withTenableIO(options: options) { _, _ in
                reply
            } _: { tio, server in
                shown += texts(tio) + texts(tio.users) + texts(options)
                shown += await failures(tio, server, options).flatMap { texts($0) }
                if let keys = try? await tio.users.genAPIKeys(4) { shown += texts(keys) }
                if let answer = try? await tio.put("users/4/keys") { shown += texts(answer) }
            }
        }
        #expect(shown.count > 250)
        #expect(log.lines.count > 80)
        for secret in Self.secrets {
            #expect(shown.filter { $0.contains(secret) } == [])
            #expect(!log.text.contains(secret))
        }
    }

    @Test("the log names routes, not users")
    func routes() async throws {
        let log = LogRecorder()
        try await LiveServer.run { server in
            var options = TenableIO.Options.quick()
            options.logger = log.logger
            let tio = try server.tio(options: options)
            let user = try await tio.users.create(
                username: "somebody.special@example.com",
                password: Passwords.first,
                permissions: 16
            )
            try await tio.users.edit(user.id, name: "Somebody Special")
            _ = try await tio.get("users/\(user.id)")
            _ = try await tio.impersonating("somebody.special@example.com") { tio in
                try await tio.session.details()
            }
            await tio.close()
        }
        #expect(log.text.contains("/users/{id}"))
        #expect(!log.text.lowercased().contains("special"))
    }

    @Test("keys that cannot stand in a header are refused, and not repeated")
    func keys() async throws {
        for key in ["", "a b", "a\r\nX-Evil: 1", "a;b", "ä", String(repeating: "k", count: 5_000)] {
            for (access, secret) in [(key, StandIn.secretKey), (StandIn.accessKey, key)] {
                let error = await refusal { () async throws(TenableError) in
                    try TenableIO(accessKey: access, secretKey: secret, url: "https://localhost")
                }
                #expect(error?.kind == .unusableOption)
                #expect(
                    key.isEmpty || error.map { texts($0).allSatisfy { !$0.contains(key) } } == true
                )
            }
        }
    }

    @Test("an address with a password in it is refused, and not repeated")
    func address() async throws {
        let error = await refusal { () async throws(TenableError) in
            try TenableIO(token: nil, url: "https://user:s3cret@example.com")
        }
        #expect(error?.kind == .unusableOption)
        #expect(error.map { texts($0).allSatisfy { !$0.contains("s3cret") } } == true)
    }

    private func failures(
        _ tio: TenableIO,
        _ server: FakeServer,
        _ options: TenableIO.Options
    ) async -> [TenableError] {
        let errors = [
            await refusal { () async throws(TenableError) in
                try await tio.users.create(
                    username: "jane@example.com",
                    password: Passwords.first,
                    permissions: 16
                )
            },
            await refusal { () async throws(TenableError) in
                try await tio.users.changePassword(
                    4,
                    oldPassword: Passwords.first,
                    newPassword: Passwords.second
                )
            },
            await refusal { () async throws(TenableError) in
                try await tio.users.enableTwoFactor(
                    4,
                    phone: "+15555555555",
                    password: Passwords.first
                )
            },
            await refusal { () async throws(TenableError) in
                try await tio.users.verifyTwoFactor(4, code: StandIn.code)
            },
            await refusal { () async throws(TenableError) in
                try await tio.put("users/4/chpasswd", body: ["password": .string(Passwords.first)])
            },
            await refusal { () async throws(TenableError) in
                try await TenableIO(
                    username: "jane@example.com",
                    password: Passwords.first,
                    verificationCode: StandIn.code,
                    url: server.address,
                    options: options
                ).close()
            },
            await refusal { () async throws(TenableError) in
                let other = try TenableIO(token: Self.token, url: server.address, options: options)
                _ = try await other.session.details()
            },
        ]
        return errors.compactMap(\.self)
    }
}
