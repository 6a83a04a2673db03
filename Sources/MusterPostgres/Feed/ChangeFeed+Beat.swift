import MusterCore
import MusterSQL

/// Small commits by which a node knows that it hears the one server that can commit: one that was cut off from its standbys, of
/// which another serves by now, answers questions, but not these.
extension ChangeFeed {
    /// Shows the engine that the node is there, and where its copy stands.
    ///
    /// - Returns: Whether the server can commit. Where somebody has ended the wait for a standby that is not known.
    /// - Throws: ``PostgresError``.
    func beat(_ node: FeedNode, at position: Int64) throws -> Bool {
        try commit(
            """
            INSERT INTO node (id, name, version, position) VALUES (?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE
            SET position = excluded.position, beat = node.beat + 1, seen_at = now()
            """,
            [node.id, node.name, node.version, position]
        )
    }

    /// Shows as ``beat(_:at:)`` that the node is there, and leaves alone what it has said of its copy, or has still to say.
    ///
    /// - Returns: Whether the server can commit.
    /// - Throws: ``PostgresError``.
    func beat(_ node: FeedNode) throws -> Bool {
        try commit(
            """
            INSERT INTO node (id, name, version, position) VALUES (?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET seen_at = now()
            """,
            [node.id, node.name, node.version, Int64.max]
        )
    }

    private func commit(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?]
    ) throws -> Bool {
        let warnings = connection.warningCount
        do throws(PostgresError) {
            try write(text, arguments)
        } catch {
            // A connection that was given up has ended its own meanwhile, after the moment of which this one reads.
            guard error.state == "40001" else { throw error }
            try write(text, arguments)
        }
        return connection.warningCount == warnings
    }

    private func write(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?]
    ) throws(PostgresError) {
        connection.failure = nil
        try connection.send(text, arguments)
        try connection.settle()
    }

    /// Ends the beat of a connection that was closed while it waited for a standby.
    ///
    /// The engine notices that nobody waits for it any more only once the standby is back, and holds one of its places until
    /// then. Nothing is lost with it.
    ///
    /// - Throws: ``PostgresError``.
    func endBeat(of backend: CInt) throws {
        connection.failure = nil
        try connection.send(
            """
            SELECT pg_terminate_backend(pid)
            FROM pg_stat_activity
            WHERE pid = ?::bigint AND usename = current_user AND datname = current_database()
              AND wait_event = 'SyncRep' AND query LIKE 'INSERT INTO node %'
            """,
            [Int64(backend)]
        )
        try connection.settle()
    }
}
