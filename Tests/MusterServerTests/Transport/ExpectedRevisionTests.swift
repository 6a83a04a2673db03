import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

@Suite("The revision that a change expects", .everyStore)
struct ExpectedRevisionTests {
    private let test: TestDirectory
    private let server: TestServer

    init() async throws {
        test = try await TestDirectory()
        server = TestServer(test)
    }

    private static let changes: [(HTTPRequest.Method, String)] = [
        (.put, "/users/2"), (.put, "/users/2/enabled"), (.put, "/users/2/authorizations"),
        (.put, "/access-control/v1/users/2/roles"), (.put, "/session"), (.put, "/session/chpasswd"),
        (.put, "/session/keys"), (.delete, "/users/2"), (.post, "/users"),
        (.delete, "/activelogic/v1/users/2"),
    ]

    @Test("who asks is found out before the field is read", arguments: changes)
    func order(_ method: HTTPRequest.Method, _ path: String) async throws {
        let fields: HTTPFields = [.ifMatch: "nonsense"]
        let stranger = try await server.send(method, path, body: "{}", fields: fields)
        #expect(stranger.status == .unauthorized)
        let known = try await server.send(
            method,
            path,
            as: test.administratorKeys,
            body: "{}",
            fields: fields
        )
        #expect([.badRequest, .unprocessableContent].contains(known.status))
        #expect(try await known.text().contains("If-Match"))
    }

    @Test("a revision that is no longer the present one changes nothing")
    func outdated() async throws {
        let outdated = try await server.send(
            .put,
            "/users/2",
            as: test.administratorKeys,
            body: #"{"name":"New"}"#,
            fields: [.ifMatch: "\"999\""]
        )
        #expect(outdated.status == .preconditionFailed)
        #expect(try await test.current(test.administrator).name == nil)
    }

    @Test(
        "what changes no user does not read the field",
        arguments: [
            (HTTPRequest.Method.get, "/users"), (.get, "/session"), (.get, "/server/status"),
            (.get, "/activelogic/v1/users"), (.get, "/audit-log/v1/events"),
        ]
    )
    func readers(_ method: HTTPRequest.Method, _ path: String) async throws {
        let answer = try await server.send(
            method,
            path,
            as: test.administratorKeys,
            fields: [.ifMatch: "nonsense"]
        )
        #expect(answer.status == .ok)
    }
}
