import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import StoreTesting
import Testing
import TextBytes

@testable import MusterServer

@Suite("Texts that are too long", .everyStore)
struct LongTextTests {
    /// A field of a route's body.
    struct Field: Sendable, CustomTestStringConvertible {
        let method: HTTPRequest.Method
        let path: String
        let name: String
        /// The body, with `%` where the text goes.
        let body: String
        /// The most bytes of the text that its rule allows.
        let limit: Int

        init(
            _ method: HTTPRequest.Method,
            _ path: String,
            _ name: String,
            _ body: String,
            _ limit: Int
        ) {
            (self.method, self.path, self.name) = (method, path, name)
            (self.body, self.limit) = (body, limit)
        }

        /// Whether it is sent without credentials.
        var isStrangers: Bool {
            method == .post && ["/session", "/activelogic/v1/sessions"].contains(path)
        }

        var testDescription: String { "\(method) \(path) \(name)" }
    }

    static let fields: [Field] =
        strangers + tenableUsers + tenableRest + activeLogic + native

    /// Those that need no credentials.
    static let strangers: [Field] = [
        Field(.post, "/session", "username", #"{"username":"%","password":"p"}"#, 254),
        Field(.post, "/session", "password", #"{"username":"a","password":"%"}"#, 1024),
        Field(
            .post,
            "/session",
            "verification_code",
            #"{"username":"a","password":"p","verification_code":"%"}"#,
            64
        ),
        Field(
            .post,
            "/activelogic/v1/sessions",
            "username",
            #"{"username":"%","password":"p"}"#,
            254
        ),
        Field(
            .post,
            "/activelogic/v1/sessions",
            "password",
            #"{"username":"a","password":"%"}"#,
            1024
        ),
        Field(
            .post,
            "/activelogic/v1/sessions",
            "verification_code",
            #"{"username":"a","password":"p","verification_code":"%"}"#,
            64
        ),
    ]

    static let tenableUsers: [Field] = [
        Field(.post, "/users", "username", #"{"username":"%","password":"Long-Enough-1"}"#, 254),
        Field(.post, "/users", "password", #"{"username":"a@b.c","password":"%"}"#, 1024),
        Field(
            .post,
            "/users",
            "name",
            #"{"username":"a@b.c","password":"Long-Enough-1","name":"%"}"#,
            512
        ),
        Field(
            .post,
            "/users",
            "email",
            #"{"username":"a@b.c","password":"Long-Enough-1","email":"a@%"}"#,
            254
        ),
        Field(
            .post,
            "/users",
            "type",
            #"{"username":"a@b.c","password":"Long-Enough-1","type":"%"}"#,
            64
        ),
        Field(.put, "/users/2", "name", #"{"name":"%"}"#, 512),
        Field(.put, "/users/2", "email", #"{"email":"a@%"}"#, 254),
        Field(.put, "/session", "name", #"{"name":"%"}"#, 512),
        Field(.put, "/session", "email", #"{"email":"a@%"}"#, 254),
        Field(
            .put,
            "/access-control/v1/users/2/roles",
            "role_uuids",
            #"{"role_uuids":["%"]}"#,
            36
        ),
    ]

    static let tenableRest: [Field] =
        ["/users/2", "/session"].flatMap { path in
            [
                Field(.put, path + "/chpasswd", "password", #"{"password":"%"}"#, 1024),
                Field(
                    .put,
                    path + "/chpasswd",
                    "current_password",
                    #"{"password":"Long-Enough-1","current_password":"%"}"#,
                    1024
                ),
                Field(
                    .put,
                    path + "/two-factor",
                    "sms_phone",
                    #"{"email_enabled":false,"sms_enabled":true,"sms_phone":"%"}"#,
                    16
                ),
                Field(
                    .post,
                    path + "/two-factor/send-verification",
                    "sms_phone",
                    #"{"sms_phone":"%"}"#,
                    16
                ),
                Field(
                    .post,
                    path + "/two-factor/send-verification",
                    "password",
                    #"{"sms_phone":"+4915112345678","password":"%"}"#,
                    1024
                ),
                Field(
                    .post,
                    path + "/two-factor/verify-code",
                    "verification_code",
                    #"{"verification_code":"%"}"#,
                    64
                ),
            ]
        } + [
            Field(.post, "/groups", "name", #"{"name":"%"}"#, 1020),
            Field(.put, "/groups/2", "name", #"{"name":"%"}"#, 1020),
        ]

    static let activeLogic: [Field] = [
        Field(.post, "/users", "name", #"{"name":"%","password":"Long-Enough-1"}"#, 254),
        Field(.post, "/users", "password", #"{"name":"a","password":"%"}"#, 1024),
        Field(
            .post,
            "/users",
            "hosts",
            #"{"name":"a","password":"Long-Enough-1","hosts":["%"]}"#,
            49
        ),
        Field(.patch, "/users/2", "name", #"{"name":"%"}"#, 254),
        Field(.patch, "/users/2", "password", #"{"password":"%"}"#, 1024),
        Field(.patch, "/users/2", "hosts", #"{"hosts":["%"]}"#, 49),
        Field(
            .put,
            "/users/2/password",
            "current_password",
            #"{"current_password":"%","new_password":"Long-Enough-1"}"#,
            1024
        ),
        Field(
            .put,
            "/users/2/password",
            "new_password",
            #"{"current_password":"Long-Enough-1","new_password":"%"}"#,
            1024
        ),
        Field(.post, "/users/2/keys", "key", #"{"key":"%"}"#, 16_384),
        Field(.delete, "/users/2/keys", "key", #"{"key":"%"}"#, 16_384),
        Field(
            .post,
            "/authenticate",
            "username",
            #"{"username":"%","password":"p","ip_address":"192.0.2.1"}"#,
            254
        ),
        Field(
            .post,
            "/authenticate",
            "password",
            #"{"username":"a","password":"%","ip_address":"192.0.2.1"}"#,
            1024
        ),
        Field(
            .post,
            "/authenticate",
            "ip_address",
            #"{"username":"a","password":"p","ip_address":"%"}"#,
            45
        ),
    ].map { Field($0.method, "/activelogic/v1" + $0.path, $0.name, $0.body, $0.limit) }

    static let native: [Field] = [
        Field(.post, "/users", "username", #"{"username":"%"}"#, 254),
        Field(.post, "/users", "password", #"{"username":"a","password":"%"}"#, 1024),
        Field(.post, "/users", "name", #"{"username":"a","name":"%"}"#, 512),
        Field(.post, "/users", "email", #"{"username":"a","email":"a@%"}"#, 254),
        Field(.post, "/users", "hosts", #"{"username":"a","hosts":["%"]}"#, 49),
        Field(.patch, "/users/2", "username", #"{"username":"%"}"#, 254),
        Field(.patch, "/users/2", "name", #"{"name":"%"}"#, 512),
        Field(.patch, "/users/2", "email", #"{"email":"a@%"}"#, 254),
        Field(.patch, "/users/2", "hosts", #"{"hosts":["%"]}"#, 49),
    ].map { Field($0.method, "/muster/v1" + $0.path, $0.name, $0.body, $0.limit) }

    /// A little too long, and far too long: of ASCII, and of letters that are not.
    private static func texts(_ limit: Int) -> [String] {
        [
            String(repeating: "a", count: limit + 1), String(repeating: "a", count: 100_000),
            String(repeating: "\u{E9}", count: 50_000),
        ]
    }

    @Test("are refused in every field of every route, in a short answer", arguments: fields)
    func inFields(_ field: Field) async throws {
        let (server, keys) = try await self.server()
        for text in Self.texts(field.limit) {
            let answer = try await server.send(
                field.method,
                field.path,
                as: field.isStrangers ? nil : keys,
                body: field.body.replacing("%", with: text)
            )
            let told = try await answer.text()
            #expect((400..<500).contains(answer.status.code), "\(answer.status) \(told)")
            #expect(told.utf8.count < 700, "\(told)")
            #expect(!told.contains(String(repeating: "a", count: 100)))
        }
        #expect(try await userCount(server) == 1)
    }

    @Test("are refused as names of members, on every route that reads a body", arguments: fields)
    func inNames(_ field: Field) async throws {
        let (server, keys) = try await self.server()
        for name in Self.texts(TextLimit.memberName) {
            let body = "{\"\(name)\":1," + field.body.replacing("%", with: "x").dropFirst()
            let answer = try await server.send(
                field.method,
                field.path,
                as: field.isStrangers ? nil : keys,
                body: body
            )
            let told = try await answer.text()
            let refusals = [HTTPResponse.Status.badRequest, .contentTooLarge]
            #expect(refusals.contains(answer.status), "\(answer.status) \(told)")
            #expect(told.utf8.count < 700)
        }
        #expect(try await userCount(server) == 1)
    }

    @Test(
        "are refused in a login's form, as names and as values",
        arguments: [
            "username=%&password=p", "username=a&password=%",
            "username=a&password=p&verification_code=%", "username=a&password=p&%=1",
            "username=a&password=p&x=%",
        ]
    )
    func inForms(_ form: String) async throws {
        let (server, _) = try await self.server()
        for text in Self.texts(TextLimit.passwordField) {
            let answer = try await server.send(
                .post,
                "/session",
                body: form.replacing("%", with: text),
                fields: [.contentType: "Application/X-WWW-Form-URLencoded; charset=utf-8"]
            )
            // Of strangers' bodies no more is read.
            #expect([.badRequest, .contentTooLarge].contains(answer.status))
            #expect(try await answer.text().utf8.count < 700)
        }
    }

    @Test("are refused in the lines of an import", arguments: importLines)
    func inImports(_ line: String, _ limit: Int) async throws {
        let texts = [limit + 1, 50_000].map { String(repeating: "a", count: $0) }
        for text in texts + [String(repeating: "\u{E9}", count: 25_000)] {
            let (server, keys) = try await self.server()
            let answer = try await server.send(
                .post,
                "/muster/v1/users/import",
                as: keys,
                body: line.replacing("%", with: text) + "\n",
                fields: [.contentType: "application/x-ndjson"]
            )
            let told = try await answer.text()
            #expect(told.hasPrefix(#"{"line":1,"error":{"code":""#), "\(told)")
            #expect(told.contains(#""created":0,"updated":0,"unchanged":0,"failed":1"#))
            #expect(told.utf8.count < 1_000)
            #expect(try await userCount(server) == 1)
        }
    }

    static let importLines: [(String, Int)] = [
        (#"{"username":"%"}"#, 254), (#"{"username":"a","name":"%"}"#, 512),
        (#"{"username":"a","email":"a@%"}"#, 254), (#"{"username":"a","hosts":["%"]}"#, 49),
        (#"{"username":"a","ssh_keys":["%"]}"#, 16_384),
        (#"{"username":"a","password":"%"}"#, 1024),
        (#"{"username":"a","password_hash":"%"}"#, 512),
        (#"{"username":"a","%":1}"#, 1024), (#"{"username":"a","groups":["%"]}"#, 1020),
    ]

    private func server() async throws -> (TestServer, APIKeyPair) {
        let test = try await TestDirectory()
        let server = TestServer(test)
        let keys = test.administratorKeys
        let group = try await server.send(.post, "/groups", as: keys, body: #"{"name":"Team"}"#)
        #expect(try await group.text().contains(#""id":2"#))
        return (server, keys)
    }

    private func userCount(_ server: TestServer) async throws -> Int {
        try await server.test.directory.userCount()
    }
}
