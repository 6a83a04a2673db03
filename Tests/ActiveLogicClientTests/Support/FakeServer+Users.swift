import ActiveLogicClient
import ClientTestSupport

extension FakeServer {
    /// Connects while `body` runs.
    func withConnection(
        options: ActiveLogic.Options = .quick(),
        _ body: (ActiveLogic.Connection) async throws -> Void
    ) async throws {
        try await ActiveLogic.withConnection(
            to: address,
            username: "admin",
            password: Passwords.administrator,
            options: options,
            body
        )
    }

    /// Connects and opens the users while `body` runs.
    func withUsers(
        options: ActiveLogic.Options = .quick(),
        _ body: (Users) async throws -> Void
    ) async throws {
        try await withConnection(options: options) { connection in
            try await body(connection.users())
        }
    }
}
