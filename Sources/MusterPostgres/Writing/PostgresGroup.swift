import FoundationEssentials
import MusterCore
import MusterSQL

/// What comes of a group once it is committed.
struct GroupOutcome: Sendable {
    /// Answers a caller, once it is known where among the directory's groups its own stands.
    typealias Answer = @Sendable (_ position: Int64?) -> Void

    /// What answers the callers.
    let answers: [Answer]
    /// Which group of the directory's it is; nil if it has changed nothing.
    let position: Int64?
    /// Whether some of the changes failed, and nothing of them was committed.
    var hasFailures = false
    /// What the node's copy goes on by; nil if it has to look for the rows.
    var own: OwnGroup?
}

/// That nobody knows whether a group was committed.
struct CommitDoubt: Error {
    /// What comes of it if it was.
    let outcome: GroupOutcome
    /// Whether the engine has said that the commit may not be everywhere where it should be.
    let isWarned: Bool

    /// What its callers are told where it stays unknown.
    var refusal: MusterError {
        MusterError(
            .storeUnavailable,
            "It is not known whether the change was made: the directory's database broke off while it was brought to "
                + "disk. Look before you try again."
        )
    }
}

/// A group of changes that are committed together, and by what it is found again.
struct PostgresGroup {
    /// Where the tables are: what lock is taken, and on which channel other nodes are woken.
    let place: PostgresPlace
    /// Names the writer that makes it.
    let node: UUID
    /// The how-manieth of that writer's groups it is, from 1.
    let number: Int64
    /// Told, ahead of the commit, under which position the group is that the node's copy is likely to be handed; nil where the copy
    /// looks for all rows itself, or where there is none.
    var announce: (@Sendable (_ position: Int64) -> Void)?

    /// Begins the transaction of a group, or of whoever looks for one, behind all others that have the lock.
    ///
    /// - Parameters:
    ///   - connection: On which it is begun.
    ///   - waits: Whether the lock is waited for where another one has it.
    /// - Throws: ``PostgresError``.
    func begin(on connection: PostgresConnection, waits: Bool = true) throws {
        connection.failure = nil
        try connection.send("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
        if waits {
            try connection.send("SELECT pg_advisory_xact_lock(?::bigint)", [place.lock])
        } else {
            let isTaken = try connection.rows(
                "SELECT pg_try_advisory_xact_lock(?::bigint)",
                [place.lock]
            ) { $0[0] as Bool }
            guard isTaken == [true] else {
                throw PostgresError(.statement, state: "55P03", "another has the lock of changes")
            }
        }
        let memory = connection.memory
        try connection.send(PostgresGroup.beginning, []) { result in
            let found = try PostgresConnection.values(in: result) { row in
                (position: row[0] as Int64, revision: row[1] as Int64)
            }
            if let found = found.first {
                memory?.begin(at: found.position, revision: found.revision)
            }
        }
    }

    /// Under which position the triggers write down what is changed, and from which revision on.
    private static let beginning: StatementText = """
        SELECT c.position + 1, coalesce(d.revision, 0),
            set_config('muster.position', (c.position + 1)::text, true)
        FROM change_count AS c
        LEFT JOIN directory AS d ON d.id = 1
        WHERE c.id = 1
        """

    /// Forgets old groups and nodes, some at a time.
    ///
    /// Groups of more than an hour ago go, but for the last thousand, with what they have touched; and nodes that were not
    /// there for a day. A node that was away for longer fills its replica again, which is faster than to go through all of
    /// that. What a node that fills one will want, or follows late, stays: for six hours, in which 37,000 users a second are 800
    /// million.
    ///
    /// - Throws: ``PostgresError``.
    static func forgetOld(on connection: PostgresConnection) throws {
        try connection.send(
            """
            WITH old AS (
                DELETE FROM change_group
                WHERE position IN (SELECT position FROM change_group ORDER BY position LIMIT 1024)
                  AND made_at < now() - interval '1 hour'
                  AND position < (SELECT position - 1024 FROM change_count)
                  AND position < ALL (
                      SELECT position FROM node
                      WHERE seen_at > now() - CASE beat WHEN 0 THEN interval '6 hours' ELSE interval '1 minute' END
                  )
                RETURNING position
            )
            DELETE FROM change_row WHERE position IN (SELECT position FROM old)
            """
        )
        try connection.send("DELETE FROM node WHERE seen_at < now() - interval '1 day'")
    }
}
