import ActiveLogicClient
import ClientTestSupport
import MusterCore
import MusterTesting

extension LiveServer {
    /// Serves a new directory while `body` works on its users as the administrator.
    static func withUsers(
        rules: DirectoryRules = DirectoryRules(),
        _ body: (Users, LiveServer) async throws -> Void
    ) async throws {
        try await run(rules: rules) { server in
            try await server.withConnection { connection in
                try await body(connection.users(), server)
            }
        }
    }

    /// Connects as the administrator, unless told otherwise, while `body` runs.
    func withConnection(
        as username: String = TestDirectory.administratorName,
        _ password: String = Passwords.administrator,
        options: ActiveLogic.Options = .quick(),
        _ body: (ActiveLogic.Connection) async throws -> Void
    ) async throws {
        try await ActiveLogic.withConnection(
            to: address,
            username: username,
            password: password,
            options: options,
            body
        )
    }

    /// How many requests to a route were answered so far.
    func count(_ method: String, _ route: String) -> Int {
        log.lines.count { line in
            line.message == "request served" && line.metadata["http.method"] == method
                && line.metadata["http.route"] == "/activelogic/v1" + route
        }
    }
}
