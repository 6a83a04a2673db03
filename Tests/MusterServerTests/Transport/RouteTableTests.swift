import HTTPTypes
import Hummingbird
import MusterCore
import Testing

@testable import MusterServer

@Suite("The table of routes")
struct RouteTableTests {
    private let table = RouteTable(
        [
            Route(.get, "/users") { _ in .empty }, Route(.post, "/users") { _ in .empty },
            Route(.get, "/users/:id") { _ in .empty },
            Route(.post, "/users/import") { _ in .empty },
            Route(.put, "/users/:id/two-factor") { _ in .empty },
            Route(.get, "/server/status") { _ in .empty },
        ]
    )

    @Test(
        "a path's methods are those of its routes",
        arguments: [
            ("/users", ["GET", "POST", "HEAD"]), ("//users", ["GET", "POST", "HEAD"]),
            ("/users/", ["GET", "POST", "HEAD"]),
            ("/users/5", ["GET", "HEAD"]), ("/users/import", ["POST"]),
            ("/users/x%2Fy", ["GET", "HEAD"]), ("/users/:id", ["GET", "HEAD"]),
            ("/users/5/two-factor", ["PUT"]), ("/users/import/two-factor", ["PUT"]),
            ("/server/status", ["GET", "HEAD"]), ("/", []), ("", []),
            ("/Users", []), ("/user", []), ("/users/5/6", []), ("/users/5/two-factor/x", []),
            ("/server", []), ("/server/statusx", []), ("/%75sers", []),
        ]
    )
    func methods(_ path: String, _ methods: [String]) {
        #expect(table.endpoint(of: path)?.methods.map(\.rawValue) ?? [] == methods)
    }

    @Test("a part that varies is handed on as it was sent, by its name")
    func parameters() {
        let path = "//users/x%2Fy/two-factor"
        #expect(table.endpoint(of: path)?.parameters(of: path).get("id") == "x%2Fy")
        #expect(table.endpoint(of: "/users")?.parameters(of: "/users").get("id") == nil)
    }

    @Test(
        "HEAD is answered by the route of GET, and by nothing else",
        arguments: [("/users/5", true), ("/users/import", false)]
    )
    func head(_ path: String, _ isKnown: Bool) {
        #expect((table.endpoint(of: path)?.route(for: .head)?.method == .get) == isKnown)
    }

    @Test("the fast path finds the routes that only read, by the same table, with what varies")
    func reading() {
        let table = RouteTable(
            [
                Route(.get, "/users", reading: { _ in nil }) { _ in .empty },
                Route(.delete, "/users/:id") { _ in .empty },
                Route(.get, "/users/:id", of: .native, reading: { _ in nil }) { _ in .empty },
                Route(.get, "/users/:id/keys", reading: { _ in nil }) { _ in .empty },
                Route(.get, "/groups") { _ in .empty },
            ]
        )
        let found = ["/users", "/users/7", "/users/a%2Fb/keys"].map { path in
            reading(path, in: table).map { [$0.route.path, $0.parameter] }
        }
        #expect(
            found == [["/users", ""], ["/users/:id", "7"], ["/users/:id/keys", "a%2Fb"]]
        )
        #expect(reading("/users/7", in: table)?.route.permissionModel == .masks)
        for path in [
            "", "/", "/groups", "/users/", "//users", "/users//7", "/users/7/", "/users/7/8",
            "/nowhere",
        ] {
            #expect(reading(path, in: table) == nil, "\(path)")
        }
    }

    private func reading(_ path: String, in table: RouteTable) -> RouteTable.ReadMatch? {
        Array(path.utf8).withUnsafeBufferPointer { table.reading($0) }
    }

    @Test("a path that only part of a written-out route fits is one with parts that vary")
    func backtracking() {
        let table = RouteTable(
            [
                Route(.get, "/users/by-name/:name") { _ in .empty },
                Route(.get, "/users/:id/keys") { _ in .empty },
                Route(.get, "/users/:id/keys/:key") { _ in .empty },
            ]
        )
        for (path, pattern) in [
            ("/users/by-name/keys", "/users/by-name/:name"),
            ("/users/by-name/keys/1", "/users/:id/keys/:key"),
            ("/users/5/keys", "/users/:id/keys"),
        ] {
            #expect(table.endpoint(of: path)?.path == pattern, "\(path)")
        }
    }
}
