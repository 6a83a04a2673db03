public import MusterCore
import MusterSQL

/// What is in a database, counted in one snapshot.
public struct DatabaseSummary: Sendable, Equatable {
    /// The number of the schema's last step.
    public let schema: Int
    /// What the directory is.
    public let identity: DirectoryIdentity
    /// How many users there are.
    public let users: Int
    /// How many of them have API keys.
    public let apiKeys: Int
    /// How many sessions are open.
    public let sessions: Int
    /// How many users have a phone number, which the master key seals.
    public let phones: Int
    /// How many authenticator apps are confirmed, whose secrets the master key seals.
    public let apps: Int
    /// How many events the audit log has.
    public let auditEvents: Int
    /// When the last event happened; nil if there is none.
    public let lastEventAt: Timestamp?

    /// Whether the schema is the one that this program makes.
    public var isCurrent: Bool { schema == Migration.all.count }

    /// Whether there is something that is of no use without the master key.
    public var needsKey: Bool { phones > 0 || apps > 0 }
}

extension SQLiteTransaction {
    /// Counts what is in the database.
    ///
    /// - Throws: ``MusterError`` with code `directory.missing` where it holds no directory, `store.too_new`
    ///   where a later version made it, or `store.unavailable`.
    func summary() throws(MusterError) -> DatabaseSummary {
        let schema = try schemaNumber()
        guard let identity = try identity() else {
            throw MusterError(.directoryMissing, "The database has no directory in it.")
        }
        return DatabaseSummary(
            schema: schema,
            identity: identity,
            users: try count("SELECT count(*) FROM user"),
            apiKeys: try count("SELECT count(*) FROM api_key"),
            sessions: try count("SELECT count(*) FROM session"),
            phones: try count("SELECT count(*) FROM user WHERE phone_sealed IS NOT NULL"),
            apps: schema >= Migration.factors.number
                ? try count(
                    "SELECT count(*) FROM factor WHERE secret_sealed IS NOT NULL AND tries_left IS NULL"
                ) : 0,
            auditEvents: try count("SELECT count(*) FROM audit_event"),
            lastEventAt: try row("SELECT max(at) FROM audit_event", []) { $0.optionalTimestamp(0) }
                .flatMap(\.self)
        )
    }

    private func count(_ text: StatementText) throws(MusterError) -> Int {
        try row(text, []) { $0[0] } ?? 0
    }

    /// The number of the schema's last step.
    ///
    /// - Throws: ``MusterError`` with code `directory.missing`, `store.too_new` or `store.unavailable`.
    func schemaNumber() throws(MusterError) -> Int {
        guard try translating({ try Migrator.hasSteps(in: handle) }) else {
            throw MusterError(.directoryMissing, "The file is a database, but not one of muster.")
        }
        let last: Int? = try row("SELECT max(number) FROM schema_migration", []) { $0[0] }
        try Migrator.refuseNewer(last ?? 0, known: Migration.all.count)
        return last ?? 0
    }
}
