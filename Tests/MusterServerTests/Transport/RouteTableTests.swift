import HTTPTypes
import Hummingbird
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
            ("/users", ["GET", "POST"]), ("//users", ["GET", "POST"]),
            ("/users/", ["GET", "POST"]),
            ("/users/5", ["GET"]), ("/users/import", ["POST"]),
            ("/users/x%2Fy", ["GET"]), ("/users/:id", ["GET"]),
            ("/users/5/two-factor", ["PUT"]), ("/server/status", ["GET"]), ("/", []), ("", []),
            ("/Users", []), ("/user", []), ("/users/5/6", []), ("/users/5/two-factor/x", []),
            ("/server", []), ("/server/statusx", []), ("/%75sers", []),
        ]
    )
    func methods(_ path: String, _ methods: [String]) {
        #expect(table.methods(of: path).map(\.rawValue) == methods)
    }
}
