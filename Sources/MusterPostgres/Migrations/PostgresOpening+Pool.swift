import MusterCore
import MusterSQL

extension PostgresOpening {
    /// How the engine answers where a pool has given the statements of one connection to another one.
    private static let mixedUp: Set<String> = ["42P05", "26000"]

    /// Refuses a pool in between that gives each transaction another of the engine's processes: what was prepared, set or listened
    /// to would be somebody else's.
    ///
    /// One that keeps a process for each client will do.
    ///
    /// - Parameter connection: A connection that was just opened.
    /// - Throws: ``MusterError`` with code `store.unavailable`; ``PostgresError``.
    func requireOwnProcess(_ connection: PostgresConnection) throws {
        let own = try process(of: connection)
        // A pool tells a number of its own when a connection is opened.
        guard own != Int64(connection.backend) else { return }
        let other = try PostgresConnection(place.address)
        defer { other.close() }
        other.patience = connection.patience
        try other.send("BEGIN")
        guard try process(of: other) != own, try process(of: connection) == own else {
            throw pooled()
        }
    }

    private func process(of connection: PostgresConnection) throws -> Int64? {
        try connection.rows("SELECT pg_backend_pid()::bigint") { $0[0] as Int64 }.first
    }

    /// Whether the engine has answered as where a pool is in between.
    func isMixedUp(_ error: any Error) -> Bool {
        (error as? PostgresError)?.state.map(PostgresOpening.mixedUp.contains) ?? false
    }

    /// That a pool is in between.
    func pooled(_ cause: (any Error)? = nil) -> MusterError {
        refusal(
            "The database at \(place.address.hosts) is reached through a pool that gives each transaction another connection, as "
                + "pgbouncer does with pool_mode=transaction; muster needs connections of its own. Name the server itself in "
                + "store.postgres.url, or have the pool keep a connection for each client: pool_mode=session.",
            cause
        )
    }
}
