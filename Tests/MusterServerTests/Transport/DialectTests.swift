import HTTPTypes
import Hummingbird
import MusterCore
import MusterTesting
import StoreTesting
import Testing
import WireJSON

@testable import MusterServer

@Suite("Dialects as values", .everyStore)
struct DialectTests {
    /// A dialect that is nothing but this value.
    private static let other: Dialect = Dialect(
        root: "/other/v2",
        permissionModel: .masks,
        policy: DialectPolicy(requiresApprovedDomain: false, viewers: .readersAndOneself),
        mediaType: "application/other+json",
        answer: { error in
            Answer.json(HTTPResponse.Status(code: 418)) {
                $0.object { $0.member("detail", error.code.rawValue) }
            }
        },
        routes: { parts in
            let users = UserService(parts.directory)
            return [
                Route(.get, "/other/v2/people/:id", of: other) { call in
                    let user = try await users.details(
                        .user(UserReference(path: call.parameter("id"))),
                        by: try call.principal
                    )
                    return Response.json { $0.object { $0.member("name", user.username.text) } }
                }
            ]
        }
    )

    @Test("a dialect is added by its value alone, and speaks for every path under its root")
    func addition() async throws {
        let test = try await TestDirectory()
        let server = TestServer(test, dialects: Dialect.all + [Self.other])
        let id = test.administrator.id.rawValue
        let found = try await server.send(
            .get,
            "/other/v2/people/\(id)",
            as: test.administratorKeys
        )
        #expect(try await found.text() == #"{"name":"\#(TestDirectory.administratorName)"}"#)
        for (method, path, code) in [
            (.get, "/other/v2/people/99", "user.not_found"),
            (.put, "/other/v2/people/99", "request.method_not_allowed"),
            (.get, "/other/v2/nowhere", "request.not_found"),
        ] as [(HTTPRequest.Method, String, String)] {
            let answer = try await server.send(method, path, as: test.administratorKeys)
            #expect(answer.status == HTTPResponse.Status(code: 418), "\(path)")
            #expect(try await answer.text() == #"{"detail":"\#(code)"}"#)
            #expect(answer.headers[.contentType] == "application/other+json")
        }
        #expect(found.headers[.contentType] == "application/other+json")
    }

    @Test(
        "a path belongs to the dialect under whose root it lies, by whole parts",
        arguments: [
            ("/users", ""), ("", ""), ("/muster/v1", ""), ("/muster/v1/users", "/muster/v1"),
            ("/muster/v11/users", ""), ("/muster/v1/", "/muster/v1"), ("/MUSTER/v1/users", ""),
            ("/activelogic/v1/users", "/activelogic/v1"), ("/activelogic/v1x/users", ""),
            ("//muster/v1/users", ""), ("/scim/v2/Users", "/scim/v2"), ("/scim/v1/Users", ""),
        ]
    )
    func owners(_ path: String, _ root: String) {
        #expect(Dialect.all.owner(of: path).root == root)
    }

    @Test("every route lies under the root of its dialect")
    func roots() async throws {
        let test = try await TestDirectory()
        let routes = MusterApplication.routes(
            test.directory,
            ServerConfiguration(host: "localhost", port: 0, version: "1"),
            PeerAddress(trustedProxies: AllowedNetworks())
        )
        #expect(routes.count > 50)
        for route in routes {
            #expect(Dialect.all.owner(of: route.path).root == route.dialect.root, "\(route.path)")
        }
    }

    @Test("what is no route is said in the words of the dialect whose path it would be")
    func strangers() async throws {
        let server = TestServer(try await TestDirectory())
        let native = try await server.send(.get, "/muster/v1/nowhere")
        #expect(
            try await native.text()
                == #"{"error":{"code":"request.not_found","message":"Not Found"}}"#
        )
        let method = try await server.send(.put, "/muster/v1/users")
        #expect(method.status == .methodNotAllowed)
        #expect(method.headers[.allow] == "GET, HEAD, POST")
        #expect(try await method.text().contains(#""code":"request.method_not_allowed""#))
        let tenable = try await server.send(.get, "/nowhere")
        #expect(try await tenable.text().hasPrefix(#"{"statusCode":404,"#))
    }
}
