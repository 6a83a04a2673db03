import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import StoreTesting
import Testing
import TextBytes

@testable import MusterServer

@Suite("Texts that are too long, in what stands before a body", .everyStore)
struct LongHeadTests {
    private let server: TestServer
    private let keys: APIKeyPair

    init() async throws {
        let test = try await TestDirectory()
        server = TestServer(test)
        keys = test.administratorKeys
    }

    private static let long = [
        String(repeating: "a", count: 20_000), String(repeating: "\u{E9}", count: 10_000),
    ]

    @Test(
        "a query with a long name or value is refused, naming the parameter",
        arguments: [
            "/users?q=%", "/users?sort=%", "/users?withRoles=%", "/users?limit=%", "/users?%=1",
            "/users?x=%", "/groups/0/users?sort=%", "/audit-log/v1/events?f=%",
            "/audit-log/v1/events?f=date.gt:%", "/audit-log/v1/events?ft=%",
            "/audit-log/v1/events?sort=%", "/audit-log/v1/events?next=%",
            "/activelogic/v1/users?q=%", "/muster/v1/users?f=%", "/muster/v1/users?group=%",
            "/muster/v1/sessions?user=%", "/muster/v1/users/export?hashes=%",
        ]
    )
    func queries(_ path: String) async throws {
        for text in Self.long {
            let answer = try await server.send(
                .get,
                path.replacing("%", with: text),
                as: keys
            )
            let told = try await answer.text()
            // A field that does not fit is 422 in the ActiveLogic dialect.
            let expected: HTTPResponse.Status =
                path.hasPrefix(ActiveLogicRoutes.root) ? .unprocessableContent : .badRequest
            #expect(answer.status == expected, "\(answer.status) \(told)")
            #expect(told.utf8.count < 700)
        }
    }

    @Test("a word that is one of a few is told apart whatever is sent in its place")
    func words() async throws {
        for text in [String(repeating: "a", count: 4_000), "\u{E9}", "asc\u{301}"] {
            for path in [
                "/users?sort=", "/users?withRoles=", "/audit-log/v1/events?ft=",
                "/audit-log/v1/events?sort=", "/audit-log/v1/events?f=date.gt:",
                "/audit-log/v1/events?f=",
            ] {
                let answer = try await server.send(.get, path + text, as: keys)
                #expect(answer.status == .badRequest, "\(path)")
                #expect(try await answer.text().utf8.count < 700)
            }
        }
    }

    @Test(
        "a path that is long, or not of ASCII, is not found, whoever asks",
        arguments: [
            "/%", "/users/%", "/users/%/enabled", "/%/users", "/groups/%/users/2",
            "/activelogic/v1/users/by-name/%", "/activelogic/v1/%", "/muster/v1/users/%",
            "/muster/v1/sessions/%",
        ]
    )
    func paths(_ path: String) async throws {
        let texts = [String(repeating: "a", count: TextLimit.path), "\u{E9}"] + Self.long
        for text in texts {
            for method in [HTTPRequest.Method.get, .put, .delete] {
                let path = path.replacing("%", with: text)
                let answer = try await server.send(method, path, body: "{}")
                #expect(answer.status == .notFound)
                #expect(try await answer.text().utf8.count < 300)
            }
        }
    }

    @Test("the longest login name, all of it escaped, fits into a path")
    func longestName() async throws {
        let name = String(repeating: "%61", count: Username.maximumLength)
        let path = "/activelogic/v1/users/by-name/\(name)/keys"
        let answer = try await server.send(.get, path, as: keys)
        #expect(try await answer.text().contains("user_not_found"))
    }

    @Test(
        "a field of the header with a long text is refused as it is with a short one",
        arguments: [
            ("X-APIKeys", "accessKey=%; secretKey=%", HTTPResponse.Status.unauthorized),
            ("X-APIKeys", "%", .unauthorized), ("Authorization", "Bearer %", .unauthorized),
            ("Authorization", "%", .unauthorized), ("X-Cookie", "token=%", .unauthorized),
            ("X-Cookie", "%=1", .unauthorized), ("Cookie", "token=%", .unauthorized),
        ]
    )
    func credentials(_ name: String, _ value: String, _ status: HTTPResponse.Status) async throws {
        let name = try #require(HTTPField.Name(name))
        for text in Self.long {
            let field = value.replacing("%", with: text.head(8_000))
            let answer = try await server.send(.get, "/users", fields: [name: field])
            #expect(answer.status == status)
            #expect(try await answer.text().utf8.count < 300)
        }
    }

    @Test("a long revision, media type or name of somebody else is refused")
    func others() async throws {
        for text in Self.long {
            var answer = try await server.send(
                .patch,
                "/muster/v1/users/2",
                as: keys,
                body: "{}",
                fields: [.ifMatch: text]
            )
            #expect(answer.status == .badRequest)
            answer = try await server.send(
                .put,
                "/users/2",
                as: keys,
                body: "{}",
                fields: [.contentType: "Multipart/\(text)"]
            )
            #expect(answer.status == .unsupportedMediaType)
            #expect(try await answer.text().utf8.count < 300)
            answer = try await server.send(
                .post,
                "/muster/v1/users/import",
                as: keys,
                body: "{}",
                fields: [.contentType: text]
            )
            #expect(answer.status == .unsupportedMediaType)
            answer = try await server.send(
                .get,
                "/users",
                as: keys,
                fields: [.xImpersonate: "username=\(text)"]
            )
            #expect(answer.status == .forbidden)
            answer = try await server.send(
                .get,
                "/activelogic/v1/users",
                as: keys,
                fields: [.ifNoneMatch: text]
            )
            #expect(answer.status == .ok, "what is no revision is none that is known")
        }
    }

    @Test("a media type is told apart without regard to case and to what stands after it")
    func mediaTypes() async throws {
        for type in ["application/x-ndjson", "APPLICATION/JSONL", "application/ndjson;x=1"] {
            let answer = try await server.send(
                .post,
                "/muster/v1/users/import?dry_run=true",
                as: keys,
                body: "",
                fields: [.contentType: type]
            )
            #expect(answer.status == .ok, "\(type)")
        }
    }
}
