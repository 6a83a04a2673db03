import HTTPTypes
import HummingbirdCore
import MusterAPI
import MusterCore
import MusterTesting
import StoreTesting
import Testing
import WireJSON

@testable import MusterServer

@Suite("Passwords, keys and second factors in the native API", .everyStore)
struct NativeCredentialTests {
    private static let password = "Correct-Horse-7"
    private static let fresh = "Better-Horse-8"
    private let native: NativeServer
    private var test: TestDirectory { native.test }

    init() async throws {
        native = try await NativeServer()
    }

    private func error(_ answer: Response) async throws -> ErrorRecord {
        try #require(ErrorRecord(in: try await answer.object()))
    }

    @Test("a login is answered with a token, which opens the account and is shut by logging out")
    func session() async throws {
        let jane = try await test.makeUser("jane@example.com")
        let body = #"{"username":"jane@example.com","password":"\#(Self.password)"}"#
        let answer = try await native.server.send(
            .post,
            NativeRoutes.root + "/sessions",
            body: body
        )
        #expect(answer.status == .created)
        let issued = try IssuedSessionRecord(try await answer.object())
        #expect(issued.userID == jane.id.rawValue && issued.username == "jane@example.com")
        let fields: HTTPFields = [.authorization: "Bearer \(issued.token)"]
        let account = try await native.server.send(
            .get,
            NativeRoutes.root + "/account",
            fields: fields
        )
        let own = try OwnAccountRecord(try await account.object())
        #expect(own.account.user.username == "jane@example.com" && !own.mustChangePassword)
        let end = try await native.server.send(
            .delete,
            NativeRoutes.root + "/sessions/current",
            fields: fields
        )
        #expect(end.status == .noContent)
        let after = try await native.server.send(
            .get,
            NativeRoutes.root + "/account",
            fields: fields
        )
        #expect(after.status == .unauthorized)
    }

    @Test("a wrong password is one code, and a missing second factor another")
    func refusals() async throws {
        var jane = try await test.makeUser("jane@example.com")
        let root = NativeRoutes.root
        let wrong = #"{"username":"jane@example.com","password":"wrong"}"#
        let refused = try await native.server.send(.post, root + "/sessions", body: wrong)
        #expect(refused.status == .unauthorized)
        #expect(try await error(refused).code == "credentials.invalid")
        jane = try await test.current(jane)
        jane.secondFactor.isEmailEnabled = true
        try await test.overwrite(jane)
        let right = #"{"username":"jane@example.com","password":"\#(Self.password)"}"#
        let needed = try await native.server.send(.post, root + "/sessions", body: right)
        #expect(needed.status == .unauthorized)
        #expect(try await error(needed).code == "code.required")
    }

    @Test("with a temporary password the account says so, and another one is chosen in its place")
    func temporary() async throws {
        let jane = try await test.makeUser("jane@example.com")
        let body = #"{"password":"\#(Self.fresh)","temporary":true}"#
        let path = "/users/\(jane.id.rawValue)/password"
        #expect(try await native.send(.put, path, body).status == .noContent)
        let session = try await test.logIn("jane@example.com", Secret(Self.fresh))
        let account = try await native.send(.get, "/account", in: session)
        #expect(try OwnAccountRecord(try await account.object()).mustChangePassword)
        let value = session.token.withExposedValue { "Bearer \($0)" }
        let change = #"{"password":"Third-Horse-9","current_password":"\#(Self.fresh)"}"#
        let answer = try await native.server.send(
            .put,
            NativeRoutes.root + "/users/jane@example.com/password",
            body: change,
            fields: [.authorization: value]
        )
        #expect(answer.status == .noContent)
        let after = try await native.send(.get, "/account", in: session)
        #expect(try !OwnAccountRecord(try await after.object()).mustChangePassword)
    }

    @Test("one's own password needs the present one, by whichever reference one is named")
    func ownPassword() async throws {
        let (jane, keys) = try await native.makeHolder("jane@example.com")
        for ref in ["\(jane.id.rawValue)", jane.uuid.text, "name:JANE@example.com"] {
            let bare = #"{"password":"\#(Self.fresh)"}"#
            let answer = try await native.send(.put, "/users/\(ref)/password", bare, as: keys)
            #expect(answer.status == .badRequest)
            #expect(try await error(answer).code == "password.current_invalid")
        }
        let body = #"{"password":"\#(Self.fresh)","current_password":"\#(Self.password)"}"#
        let answer = try await native.send(.put, "/users/jane@example.com/password", body, as: keys)
        #expect(answer.status == .noContent)
        #expect(answer.headers[.eTag] != nil)
    }

    @Test("everybody makes and revokes its own API keys, an administrator those of others")
    func keys() async throws {
        let (jane, keys) = try await native.makeHolder("jane@example.com")
        let path = "/users/\(jane.id.rawValue)/keys"
        let own = try await native.send(.put, path, as: keys)
        #expect(own.status == .ok)
        let pair = try APIKeyPairRecord(try await own.object())
        #expect(pair.accessKey != keys.accessKey)
        #expect(try await native.send(.get, "/account", as: keys).status == .unauthorized)
        let fields: HTTPFields = [
            .xAPIKeys: "accessKey=\(pair.accessKey); secretKey=\(pair.secretKey)"
        ]
        let root = NativeRoutes.root
        for (method, place, status) in [
            (HTTPRequest.Method.get, "/account", HTTPResponse.Status.ok),
            (.delete, path, .noContent), (.get, "/account", .unauthorized),
        ] {
            let answer = try await native.server.send(method, root + place, fields: fields)
            #expect(answer.status == status)
        }
        #expect(try await native.send(.put, path).status == .ok)
    }

    @Test("what a change of the second factor does not name stays as it is")
    func secondFactor() async throws {
        let jane = try await test.makeUser("jane@example.com")
        let path = "/users/\(jane.id.rawValue)/two-factor"
        for body in [#"{"email_enabled":true}"#, #"{"sms_phone":"+4915112345678"}"#] {
            #expect(try await native.send(.patch, path, body).status == .noContent)
        }
        let factor = try await test.current(jane).secondFactor
        #expect(factor.isEmailEnabled && !factor.isSMSEnabled)
        #expect(factor.phone?.text == "+4915112345678")
        let off = try await native.send(.patch, path, #"{"email_enabled":false}"#)
        #expect(off.status == .noContent)
        #expect(try await !test.current(jane).secondFactor.isEmailEnabled)
    }

    @Test("a phone is the user's once the code that was sent there came back")
    func phone() async throws {
        let (jane, keys) = try await native.makeHolder("jane@example.com")
        let path = "/users/\(jane.id.rawValue)/two-factor"
        let bare = #"{"sms_phone":"+4915112345678"}"#
        let refused = try await native.send(.post, path + "/send-verification", bare, as: keys)
        #expect(try await error(refused).code == "password.current_invalid")
        let body = #"{"sms_phone":"+4915112345678","password":"\#(Self.password)"}"#
        let sent = try await native.send(.post, path + "/send-verification", body, as: keys)
        #expect(sent.status == .noContent)
        let kept = test.codes.lastCode?.withExposedValue(\.self)
        let code = try #require(kept)
        let wrong = try await native.send(
            .post,
            path + "/verify-code",
            #"{"verification_code":"no code"}"#,
            as: keys
        )
        #expect(try await error(wrong).code == "code.invalid")
        let right = try await native.send(
            .post,
            path + "/verify-code",
            #"{"verification_code":"\#(code)"}"#,
            as: keys
        )
        #expect(right.status == .noContent)
        #expect(try await test.current(jane).secondFactor.isPhoneVerified)
    }

    @Test("a name and a password are checked for whoever may look at users")
    func authenticate() async throws {
        let (_, reader) = try await native.makeHolder("reader@example.com", read: 8)
        let (_, nobody) = try await native.makeHolder("nobody@example.com")
        _ = try await native.makeHolder("jane@example.com", read: 5, write: 6)
        let body =
            #"{"username":"jane@example.com","password":"\#(Self.password)","address":"192.0.2.7"}"#
        let answer = try await native.send(.post, "/authenticate", body, as: reader)
        let masks = try MasksRecord(try await answer.object())
        #expect(masks == MasksRecord(readbm: 5, writebm: 6, lviewbm: 0))
        let refused = try await native.send(.post, "/authenticate", body, as: nobody)
        #expect(refused.status == .forbidden)
        let wrong = body.replacing(Self.password, with: "wrong")
        let failed = try await native.send(.post, "/authenticate", wrong, as: reader)
        #expect(failed.status == .unauthorized)
        #expect(try await error(failed).code == "login.failed")
    }

    @Test(
        "a body that does not fit is refused, naming what is wrong, and changes nothing",
        arguments: [
            (HTTPRequest.Method.put, "/users/2/password", "{}", "password"),
            (.put, "/users/2/password", #"{"password":7}"#, "password"),
            (.put, "/users/2/password", #"{"password":"a","temporary":1}"#, "temporary"),
            (
                .put, "/users/2/password", #"{"password":"a","curent_password":""}"#,
                "curent_password"
            ),
            (.patch, "/users/2/two-factor", #"{"email_enabled":"yes"}"#, "email_enabled"),
            (.patch, "/users/2/two-factor", #"{"sms_phone":"x7"}"#, "sms_phone"),
            (.post, "/users/2/two-factor/send-verification", "{}", "sms_phone"),
            (.post, "/users/2/two-factor/verify-code", "{}", "verification_code"),
            (.post, "/users/2/ssh-keys", #"{"key":null}"#, "key"),
            (.post, "/groups", #"{"name":["a"]}"#, "name"), (.post, "/groups", "{}", "name"),
            (.post, "/groups", #"{"name":"a","members":[]}"#, "members"),
            (.post, "/authenticate", #"{"username":"a","password":"b"}"#, "address"),
            (.post, "/sessions", #"{"username":"a"}"#, "password"),
        ]
    )
    func hostile(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String,
        _ field: String
    ) async throws {
        let count = try await test.auditEvents().count
        let answer = try await native.send(method, path, body)
        #expect(answer.status == .badRequest)
        let error = try await error(answer)
        #expect(error.code == "input.invalid" && error.field == field)
        #expect(error.message.utf8.count < 600)
        #expect(try await test.auditEvents().count == count)
    }

    @Test("no answer to a body with secrets repeats them")
    func secrets() async throws {
        let long = String(repeating: "s3cret-", count: 3000)
        for (path, body) in [
            ("/users/2/password", #"{"password":["s3cret-value"]}"#),
            ("/users/2/password", #"{"password":"a","current_password":{"a":"s3cret-value"}}"#),
            ("/users/2/password", #"{"password":"\#(long)"}"#),
        ] {
            let text = try await native.send(.put, path, body).text()
            #expect(!text.contains("s3cret-"), "\(text.prefix(200))")
        }
    }
}
