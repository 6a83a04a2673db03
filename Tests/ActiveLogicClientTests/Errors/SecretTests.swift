import ClientTestSupport
import ClientTransport
import HTTPTypes
import NIOHTTP1
import Testing
import WireJSON

@testable import ActiveLogicClient

@Suite("Secrets")
struct SecretTests {
    private static let code = "424242"
    private static let secrets = [
        Passwords.administrator, Passwords.first, Passwords.second, FakeDialect.token, code,
    ]

    @Test("neither values nor errors nor the log show a password, a token or a code")
    func nowhere() async throws {
        let log = LogRecorder()
        var shown: [String] = []
        for reply in replies {
            try await FakeServer.run(FakeDialect.script { _, _ in reply }) { server in
                var options = ActiveLogic.Options.quick()
                options.logger = log.logger
                options.verificationCode = SecretTests.code
                shown += texts(options)
                try await server.withConnection(options: options) { connection in
                    let users = connection.users(cacheEnabled: true, strict: true)
                    shown += texts(connection) + texts(users) + texts(connection.user)
                    shown += await errors(users).flatMap { texts($0) }
                }
            }
        }
        #expect(shown.count > 100)
        #expect(log.lines.count > 40)
        for secret in SecretTests.secrets {
            #expect(shown.filter { $0.contains(secret) } == [])
            #expect(!log.text.contains(secret))
        }
    }

    @Test("the log names routes, not users")
    func names() async throws {
        let log = LogRecorder()
        try await LiveServer.run { server in
            var options = ActiveLogic.Options.quick()
            options.logger = log.logger
            try await server.withConnection(options: options) { connection in
                let users = connection.users()
                try await users.addUser(name: "somebody.special", password: Passwords.first)
                try await users.addPubKey("somebody.special", PublicKeys.ed25519)
                try await users.removeUser("somebody.special")
            }
        }
        #expect(!log.text.contains("special"))
        #expect(log.text.contains("/users/by-name/{name}/keys"))
        #expect(!log.text.contains(Passwords.administrator))
    }

    @Test("the type that holds them prints nothing, wherever it stands")
    func type() {
        struct Holder {
            let secret: Secret<String>
            let list: [Secret<String>]
            let table: [String: Secret<String>]
        }
        let secret = Secret(Passwords.first)
        let holder = Holder(secret: secret, list: [secret], table: ["password": secret])
        for text in texts(secret) + texts(holder) + texts(Optional(secret) as Any) {
            #expect(!text.contains(Passwords.first))
        }
        #expect(String(describing: secret) == "<redacted>")
        #expect(secret.withExposedValue { $0 } == Passwords.first)
    }

    @Test("a request does not show what it carries")
    func request() {
        let request = Request(.POST, "/sessions") { $0.member("password", Passwords.first) }
        let login = Login(
            username: "admin",
            password: Secret(Passwords.first),
            code: Secret(SecretTests.code)
        )
        for text in texts(request) + texts(login) {
            #expect(!text.contains(Passwords.first))
            #expect(!text.contains(SecretTests.code))
        }
    }

    private var replies: [Reply] {
        [
            .answer(.unauthorized, FakeDialect.error("PLDBDetached", "session_expired", "Over.")),
            .answer(.conflict, FakeDialect.error("PLDBError", "no", "No.")),
            .answer(.internalServerError, "<html></html>"), .answer(.ok, "{}"), .hangUp,
            .answer(.noContent),
        ]
    }

    private func errors(_ users: Users) async -> [ActiveLogicError] {
        let errors = [
            await refusal { () async throws(ActiveLogicError) in
                try await users.addUser(name: "x", password: Passwords.first)
            },
            await refusal { () async throws(ActiveLogicError) in
                try await users.updateUser("x", password: Passwords.second)
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
            await refusal { () async throws(ActiveLogicError) in
                try await users.list(User.self)
            },
        ]
        return errors.compactMap(\.self)
    }
}
