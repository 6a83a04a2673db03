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
    /// Told, ahead of the commit, under which position the group is that the node's copy will be handed; nil where the copy looks for
    /// all rows itself, or where there is none.
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
        // Under which position the triggers write down what is changed.
        try connection.send(
            """
            SELECT set_config('muster.position', (position + 1)::text, true) FROM change_count WHERE id = 1
            """
        )
    }

    private static func counting(_ more: StatementText) -> StatementText {
        """
        WITH next AS (
            UPDATE change_count SET position = position + 1 WHERE id = 1 RETURNING position
        ), made AS (
            INSERT INTO change_group (position, node, number, mark)
            SELECT position, ?::uuid, ?::bigint, ?::uuid FROM next
            RETURNING position
        )
        SELECT position, pg_notify(?, position::text)\(more) FROM made
        """
    }

    private static let count = counting("")

    /// The same, with what the group is told from by, and how many rows it has touched.
    private static let countHanded = counting(
        """
        , (SELECT g.mark FROM change_group AS g WHERE g.position = made.position - 1),
            (SELECT count(*) FROM change_row AS r WHERE r.position = made.position)
        """
    )

    private static let growth: StatementText =
        "UPDATE directory AS t SET revision = revision + ? WHERE id = 1"

    private static let growthHanded = ReplicatedTable.directory.map { table in
        (table: table, text: "\(growth) RETURNING \(table.columns)" as StatementText)
    }

    /// A mark that no other group has.
    ///
    /// `UUID()` would open a file for it, and close that again, while all others wait for the lock.
    private static func newMark() -> UUID {
        let bits = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
        return withUnsafeBytes(of: bits) { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }

    /// Counts the group, writes it down under the lock, in its own transaction, and waits for the answers to all of it: what is
    /// found was committed.
    ///
    /// Commits are in line under the lock, so that one more that wakes others costs nothing; they are told its position.
    ///
    /// - Returns: The position; and the rows, if they are known and the node's copy is to be handed them.
    /// - Throws: ``PostgresError``.
    func note(
        on connection: PostgresConnection
    ) throws -> (position: Int64, own: OwnGroup?) {
        let mark = PostgresGroup.newMark()
        let memory = connection.memory
        let isHanded = (memory?.isHanded ?? false) && (memory?.makesUsers ?? false)
        var directory: [[StoredValue]] = []
        if let growth = memory?.growth, growth > 0 {
            if isHanded, let (table, text) = PostgresGroup.growthHanded {
                try connection.send(text, [growth]) { directory = try table.rows(in: $0) }
            } else {
                try connection.send(PostgresGroup.growth, [growth])
            }
        }
        let groups = try connection.rows(
            isHanded ? PostgresGroup.countHanded : PostgresGroup.count,
            [node, number, mark, place.schema]
        ) { row -> (position: Int64, before: UUID?, rows: Int64) in
            guard isHanded else { return (row[0], nil, 0) }
            return (row[0], row.uuid(2), row[3])
        }
        guard let group = groups.first else {
            throw PostgresError(.answer, "the count of changes is gone")
        }
        // Whatever else the group has touched, as by a trigger of somebody's own, is in the feed, and there alone.
        guard let before = group.before, let users = memory?.users, directory.count == 1,
            !users.isEmpty, group.rows == Int64(users.count) + 1
        else { return (group.position, nil) }
        let own = OwnGroup(
            position: group.position,
            mark: mark,
            markBefore: before,
            users: users,
            directory: directory
        )
        return (group.position, own)
    }

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

    /// Commits, where all that went before has been answered and went well.
    ///
    /// - Throws: ``CommitDoubt`` where it is not known what came of it; ``PostgresError`` where nothing did.
    func commit(on connection: PostgresConnection, _ outcome: GroupOutcome) throws {
        let warnings = connection.warningCount
        let status: String
        do {
            status = try connection.finish("COMMIT")
        } catch let error as PostgresError where error.kind == .statement && connection.isOpen {
            // The engine has answered that it was taken back.
            throw error
        } catch {
            throw CommitDoubt(outcome: outcome, isWarned: false)
        }
        // Where somebody ends a wait for a standby, the commit stands, with a warning, and may be lost in a failover.
        if connection.warningCount != warnings {
            throw CommitDoubt(outcome: outcome, isWarned: true)
        }
        guard status == "COMMIT" else {
            throw PostgresError(.statement, "COMMIT was answered with \(status)")
        }
    }

    /// Looks whether the group was committed.
    ///
    /// The lock is taken first: whoever had it when the connection broke has committed or never will.
    ///
    /// - Parameters:
    ///   - doubt: What is not known.
    ///   - link: On which is looked.
    ///   - budget: How long it may be looked for in vain, before its callers are told that it is not known.
    /// - Returns: Whether it was.
    /// - Throws: ``MusterError`` where that cannot be known.
    func isCommitted(
        by doubt: CommitDoubt,
        on link: PostgresLink,
        within budget: WaitBudget
    ) throws -> Bool {
        guard !doubt.isWarned else { throw doubt.refusal }
        while budget.allowsAnother {
            do {
                return try look(on: link, within: budget)
            } catch {
                link.drop()
                let begun = ContinuousClock.now
                PostgresGroup.pause()
                budget.spend(since: begun)
            }
        }
        throw doubt.refusal
    }

    private func look(on link: PostgresLink, within budget: WaitBudget) throws -> Bool {
        let connection = try link.connection(within: budget)
        try begin(on: connection)
        let found = try connection.rows(
            "SELECT position FROM change_group WHERE node = ? AND number = ?",
            [node, number]
        ) { $0[0] as Int64 }
        connection.rollBack()
        return !found.isEmpty
    }
}
