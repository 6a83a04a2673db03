import CLibPQ
import MusterCore
import SystemCalls

/// Where a database is and who asks, as an operator writes it: libpq's URI or its list of keywords and values
/// (https://www.postgresql.org/docs/15/libpq-connect.html, 34.1.1).
public struct PostgresAddress: Sendable {
    /// Why a text is no address.
    public enum Fault: Error {
        /// libpq cannot read it.
        case unreadable
        /// Standbys would be asked, too.
        case standbys

        /// What it has to be, as it is said after "must be"; the text is not quoted, since a password may stand in it.
        public var rule: String {
            switch self {
            case .unreadable:
                "libpq's URI or list of keywords and values, such as "
                    + "postgresql://muster@db1,db2/muster?sslmode=verify-full"
            case .standbys:
                "libpq's URI or list of keywords and values, with a target_session_attrs of read-write or primary, or "
                    + "without one: what a standby says may be of the past"
            }
        }
    }

    /// What libpq does not do by itself, where the operator has said nothing: to give up a host that does not answer after
    /// 2 s, to notice a link that was cut, and to look for the one server of several that can be written.
    private static let defaults: [(name: String, value: String)] = [
        ("connect_timeout", "2"), ("tcp_user_timeout", "2000"), ("keepalives_idle", "1"),
        ("keepalives_interval", "1"), ("keepalives_count", "2"),
        ("target_session_attrs", "read-write"), ("application_name", "muster"),
    ]

    /// By which of libpq's words nobody is let in at a standby, so that any server of the address may be tried first, and what is
    /// read and what is changed is one directory.
    private static let primaries: Set = ["read-write", "primary"]

    /// What is shown to nobody.
    private static let secrets: Set = ["password", "sslpassword"]

    /// Names and values, among which is the password.
    private let options: Secret<[(name: String, value: String)]>
    /// The hosts, as they may be shown; those of the environment or of libpq where none are named.
    public let hosts: String
    /// Whether a password stands in the text itself.
    public let hasPassword: Bool
    /// The address as other programs of PostgreSQL take it: keywords and values, without secrets.
    public let shown: String
    /// The file that is named for passwords; nil if none is.
    let passwordFile: String?
    /// The servers that are named, each by what holds for it alone.
    let servers: [[String: String]]

    /// Reads an address.
    ///
    /// - Throws: ``Fault``.
    public init(_ text: String) throws(Fault) {
        guard !text.isEmpty, !text.utf8.contains(0) else { throw .unreadable }
        var message: UnsafeMutablePointer<CChar>?
        guard let parsed = PQconninfoParse(text, &message) else {
            defer { PQfreemem(message) }
            // libpq quotes parts of the text, and any part may be one of the password.
            throw .unreadable
        }
        defer { PQconninfoFree(parsed) }
        var given: [(name: String, value: String)] = []
        var option = parsed
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                given.append((String(cString: keyword), String(cString: value)))
            }
            option += 1
        }
        let isOfPrimary = given.allSatisfy { name, value in
            name != "target_session_attrs" || PostgresAddress.primaries.contains(value)
        }
        guard isOfPrimary else { throw .standbys }
        hosts =
            given.first { $0.name == "host" || $0.name == "hostaddr" }?.value ?? "the local socket"
        hasPassword = given.contains { PostgresAddress.secrets.contains($0.name) }
        shown = given.filter { !PostgresAddress.secrets.contains($0.name) }
            .map { "\($0.name)=\(PostgresAddress.quoted($0.value))" }.joined(separator: " ")
        passwordFile = given.first { $0.name == "passfile" }?.value
        servers = PostgresAddress.servers(in: given)
        for (name, value) in PostgresAddress.defaults
        where !given.contains(where: { $0.name == name }) {
            given.append((name, value))
        }
        given.removeAll { $0.name == "client_encoding" }
        given.append(("client_encoding", "UTF8"))
        options = Secret(given)
    }

    /// Refuses a file of passwords that cannot be read, or that others may read: libpq would pass over it, and say so where
    /// nobody looks.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func requirePasswordFile() throws(MusterError) {
        guard let passwordFile else { return }
        var status = stat()
        guard stat(passwordFile, &status) == 0, access(passwordFile, R_OK) == 0 else {
            throw MusterError(
                .storeUnavailable,
                "The file of passwords \(passwordFile), which store.postgres.url names, cannot be read."
            )
        }
        guard status.st_mode & 0o077 == 0 else {
            throw MusterError(
                .storeUnavailable,
                "The file of passwords \(passwordFile), which store.postgres.url names, may be read by others, so that it is "
                    + "not used. Run: chmod 600 \(passwordFile)"
            )
        }
    }

    /// Lends the options for one of the servers in the form in which libpq takes them.
    func withOptions<Result>(
        for server: [String: String],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) ->
            Result
    ) -> Result {
        options.withExposedValue { options in
            let names = options.map { strdup($0.name) }
            let values = options.map { strdup(server[$0.name] ?? $0.value) }
            defer { for text in names + values { free(text) } }
            let none: [UnsafePointer<CChar>?] = [nil]
            return body(
                names.map { UnsafePointer($0) } + none,
                values.map { UnsafePointer($0) } + none
            )
        }
    }

    /// A value as it stands in a list of keywords (https://www.postgresql.org/docs/15/libpq-connect.html, 34.1.1.1).
    private static func quoted(_ value: String) -> String {
        let special: Set<Character> = [" ", "'", "\\"]
        guard value.isEmpty || value.contains(where: special.contains) else { return value }
        let escaped = value.map { special.contains($0) && $0 != " " ? "\\\($0)" : "\($0)" }
        return "'\(escaped.joined())'"
    }
}
