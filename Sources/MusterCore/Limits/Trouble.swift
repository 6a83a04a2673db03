/// What keeps the server from doing what it is asked: a limit that was reached, or a store that cannot work.
///
/// The cause of a ``MusterError`` that says no because of it.
public enum Trouble: String, Error, Sendable, CaseIterable {
    /// All connections from the network are taken.
    case connections
    /// All connections at the local socket are taken.
    case localConnections = "local_connections"
    /// Too many passwords wait to be hashed.
    case hashingQueue = "hashing_queue"
    /// Too many logins to an account wait for their turn.
    case logins
    /// More bytes of requests are arriving than there is room for.
    case arrivals
    /// Too many imports are under way.
    case imports
    /// Too many searches wait.
    case searches
    /// Too many long answers wait for callers who do not read them.
    case lists
    /// A user has sent more requests in a minute than it may.
    case requestRate = "request_rate"
    /// The disk is full, or cannot be written.
    case disk
    /// The database may not be written.
    case readOnly = "read_only"
    /// The database is damaged.
    case damage
    /// The database's files were taken away under the server.
    case files
    /// Too many look-ups or changes wait for a database that others serve.
    case databaseQueue = "database_queue"
    /// A node does not hear the database that others serve.
    case database
    /// Callers spoke TLS to a server without.
    case unexpectedTLS = "unexpected_tls"
    /// Callers spoke plain HTTP to a server with TLS.
    case missingTLS = "missing_tls"

    /// Whether callers did something wrong, and the server lacks nothing.
    public var isOfCallers: Bool { self == .unexpectedTLS || self == .missingTLS }

    /// What happened, and which setting or step mends it, in sentences.
    public var advice: String {
        switch self {
        case .connections:
            "All connections were taken, and newcomers had to wait or were refused. Raise http.limits.connections, for "
                + "LDAP ldap.limits.connections, and the files that the process may have open (LimitNOFILE=, ulimit -n)."
        case .localConnections:
            "All connections at the socket for sshd and PAM were taken. Allow the process more open files "
                + "(LimitNOFILE=, ulimit -n)."
        case .hashingQueue:
            "Passwords were not checked because too many waited. Raise password.hashing.queue, or "
                + "password.hashing.threads where there are processors."
        case .logins:
            "Logins were refused because too many to one account, or to accounts under attack, waited. No setting "
                + "raises this; the audit log says where they came from."
        case .arrivals:
            "Requests were refused because more bytes arrived at a time than there is room for. Raise "
                + "http.limits.arrivalBytes."
        case .imports:
            "An import was refused because as many as may be were under way. No setting raises this; let one end "
                + "first."
        case .searches:
            "Searches were refused because too many waited. No setting raises this; ask for fewer at a time, or for "
                + "less: by id, or by the beginning of a name."
        case .lists:
            "Long answers were refused because their callers had too many that they did not read. No setting raises "
                + "this; read them, or ask for fewer at a time."
        case .requestRate:
            "A user sent more requests in a minute than it may. Raise http.limits.requestsPerMinute."
        case .disk:
            "The disk of the data directory is full, or cannot be written. Make room there, or look at the disk."
        case .readOnly:
            "The database may not be written. Look at its mode, and at how its file system is mounted."
        case .damage:
            "The database is damaged. Stop the server, run muster check, and restore a backup with muster restore."
        case .files:
            "The database or its log was moved or removed under the running server, and nothing can be changed. See "
                + "\"Files that are taken away\" in docs/operations.md."
        case .databaseQueue:
            "Look-ups or changes were refused because too many waited for PostgreSQL. Give it more processors and a faster "
                + "disk, or have the node keep a copy (store.replica)."
        case .database:
            "Look-ups were refused because this node does not hear its database. Look at PostgreSQL, and at the network "
                + "to it."
        case .unexpectedTLS:
            "Callers spoke TLS to this server, which speaks plain HTTP. Give them http://, or set http.tls.certificate "
                + "and http.tls.privateKey."
        case .missingTLS:
            "Callers spoke plain HTTP to this server, which speaks TLS. Give them https://."
        }
    }
}
