public import MusterCore
import MusterSQL

/// What a database is, and whether its role may do what a server does.
public struct PostgresSummary: Sendable {
    /// The engine's version, as it says it.
    public let version: String
    /// The number of the last step of the schema.
    public let schema: Int64
    /// Whether the schema is this program's.
    public let isCurrent: Bool
    /// How many users there are.
    public let users: Int64
    /// Whether there is a directory.
    public let isInitialised: Bool
    /// Whether the role may do everything in the engine.
    public let isSuperuser: Bool
    /// How many nodes with a copy beside them have shown themselves within ten seconds.
    public let nodes: Int64
    /// The tables that the role may not read or change, in the order of their names.
    public let closedTables: [String]
    /// Whether the role may take numbers of new users ahead, for several at once.
    public let takesNumbers: Bool
}

extension PostgresStore {
    /// Looks at the database.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func summary() async throws(MusterError) -> PostgresSummary {
        try await read(.unbounded) { reader throws(MusterError) in
            guard let transaction = reader as? PostgresTransaction else {
                throw MusterError(.storeUnavailable, "The database cannot be looked at.")
            }
            return try transaction.summary()
        }
    }
}

extension PostgresTransaction {
    fileprivate func summary() throws(MusterError) -> PostgresSummary {
        // A server reads the steps of the schema, and changes everything else.
        let closed = try rows(
            """
            SELECT c.relname::text
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')
                AND NOT (has_table_privilege(c.oid, 'SELECT') AND (c.relname = 'schema_migration'
                    OR has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE')
                        AND has_table_privilege(c.oid, 'DELETE')))
            ORDER BY c.relname::text COLLATE "C"
            """,
            []
        ) { $0[0] as String }
        let engine = try row(
            """
            SELECT current_setting('server_version')::text, current_setting('is_superuser')::text = 'on',
                (SELECT coalesce(max(number), 0) FROM schema_migration),
                has_sequence_privilege(pg_get_serial_sequence('"user"', 'id'), 'USAGE')
            """,
            []
        ) { row in
            (
                version: row[0] as String, isSuperuser: row[1] as Bool, schema: row[2] as Int64,
                takesNumbers: row[3] as Bool
            )
        }
        let isReadable = closed.isEmpty
        let isCurrent = engine?.schema == Int64(Migration.all.count)
        let nodes =
            isReadable && isCurrent
            ? try row("SELECT count(*) FROM node WHERE seen_at > now() - interval '10 seconds'", [])
            {
                $0[0] as Int64
            } : nil
        return PostgresSummary(
            version: engine?.version ?? "",
            schema: engine?.schema ?? 0,
            isCurrent: isCurrent,
            users: isReadable ? try row("SELECT count(*) FROM \"user\"", []) { $0[0] } ?? 0 : 0,
            isInitialised: isReadable ? try identity() != nil : true,
            isSuperuser: engine?.isSuperuser ?? false,
            nodes: nodes ?? 0,
            closedTables: closed,
            takesNumbers: engine?.takesNumbers ?? true
        )
    }
}
