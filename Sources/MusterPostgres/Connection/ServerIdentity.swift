import MusterSQL
import Synchronization

/// Which server a connection leads to, and which history that writes.
struct ServerIdentity: Sendable, Equatable {
    /// Names all servers that stand in for each other: what one `initdb` has made, and its copies.
    let system: Int64
    /// The number of the history, which is greater with each promotion.
    let timeline: Int64
    /// When the server was started, in microseconds: two that were promoted by mistake may have come to the same number.
    let start: Int64

    /// Has a session remember what its server says of itself.
    ///
    /// The first eight digits of the names of its log's files are the history's
    /// (https://www.postgresql.org/docs/15/continuous-archiving.html, 26.3.5). Other engines of the same protocol may not know.
    static let noting: StatementText = """
        DO $$
        BEGIN
            PERFORM set_config(
                'muster.server',
                concat_ws(
                    ' ',
                    (SELECT system_identifier FROM pg_control_system()),
                    ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint,
                    (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint),
                false);
        EXCEPTION WHEN others THEN NULL;
        END
        $$
        """

    /// Names one.
    init(system: Int64, timeline: Int64, start: Int64) {
        (self.system, self.timeline, self.start) = (system, timeline, start)
    }

    /// Reads what a server has said of itself; nil where it could not.
    init?(_ text: String) {
        let numbers = text.utf8.split(separator: UInt8(ascii: " ")).compactMap {
            Int64(Substring($0))
        }
        guard numbers.count == 3 else { return nil }
        self.init(system: numbers[0], timeline: numbers[1], start: numbers[2])
    }
}

/// The newest history that a node has seen, so that it never goes back to a server that was left behind.
///
/// Servers that stand in for each other share what was before a promotion. One with a smaller number than another is an old primary, or
/// a copy of one, and whatever it says is of the past. It is known until the process ends, so that an operator who wants an old
/// server back starts the nodes again.
final class ServerHistory: Sendable {
    private let newest = Mutex<[Int64: Int64]>([:])

    /// Whether a server may be asked: none is known that was promoted after its history had begun.
    ///
    /// It is known itself from then on. One that cannot say what it is may be, as no two of them can be told apart.
    func admits(_ server: ServerIdentity?) -> Bool {
        guard let server else { return true }
        return newest.withLock { newest in
            let known = newest[server.system] ?? 0
            if server.timeline > known { newest[server.system] = server.timeline }
            return server.timeline >= known
        }
    }
}
