import FoundationEssentials
import MusterCore
import MusterSQL

/// How a group is counted, written down and committed.
extension PostgresGroup {
    /// What the engine says of a group that is written down.
    final class Note {
        /// Tells the group from another one at the same position.
        let mark: UUID
        /// Whether the node's copy is to be handed what it has touched.
        let isHanded: Bool
        /// The directory's own row, as the group has left that.
        fileprivate var directory: [[StoredValue]] = []
        /// What tells the group before it from another one there, and how many rows it has touched; nil where that is not wanted.
        fileprivate var before: (mark: UUID?, rows: Int64)?
        /// How many warnings there had been before the commit.
        fileprivate var warnings: Int?

        fileprivate init(_ mark: UUID, isHanded: Bool) {
            (self.mark, self.isHanded) = (mark, isHanded)
        }

        /// The group, for the node's copy; nil if it has touched more than what is known here.
        ///
        /// Whatever that is, as by a trigger of somebody's own, is in the feed, and there alone.
        fileprivate func own(at position: Int64, _ users: [[StoredValue]]) -> OwnGroup? {
            guard isHanded, let before, let markBefore = before.mark, directory.count == 1,
                !users.isEmpty, before.rows == Int64(users.count) + 1
            else { return nil }
            return OwnGroup(
                position: position,
                mark: mark,
                markBefore: markBefore,
                users: users,
                directory: directory
            )
        }
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

    /// Counts the group and writes it down under the lock, in its own transaction: what is found was committed.
    ///
    /// Commits are in line under the lock, so that one more that wakes others costs nothing; they are told its position. The
    /// engine's answers are not waited for.
    ///
    /// - Returns: What the engine will say.
    /// - Throws: ``PostgresError``.
    func note(on connection: PostgresConnection) throws(PostgresError) -> Note {
        let memory = connection.memory
        let isHanded = (memory?.isHanded ?? false) && (memory?.makesUsers ?? false)
        let note = Note(PostgresGroup.newMark(), isHanded: isHanded)
        if let growth = memory?.growth, growth > 0 {
            if isHanded, let (table, text) = PostgresGroup.growthHanded {
                try connection.send(text, [growth]) { note.directory = try table.rows(in: $0) }
            } else {
                try connection.send(PostgresGroup.growth, [growth])
            }
        }
        try connection.send(
            isHanded ? PostgresGroup.countHanded : PostgresGroup.count,
            [node, number, note.mark, place.schema]
        ) { result in
            note.warnings = connection.warningCount
            guard isHanded else { return }
            note.before =
                try PostgresConnection.values(in: result) { row in
                    (mark: row.uuid(2), rows: row[3] as Int64)
                }.first
        }
        return note
    }

    /// Writes the group down and commits it, in one trip: the engine commits nothing if something that was sent before it has
    /// failed.
    ///
    /// By then it has given the lock. A commit that still waited for it might be made after somebody has looked for it in vain.
    ///
    /// - Returns: What comes of it.
    /// - Throws: ``PostgresError`` of the kind `statement` where nothing was committed: in the transaction, if something in that
    ///   was refused; ``CommitDoubt`` where it is not known what came of it.
    func commit(
        on connection: PostgresConnection,
        _ answers: [GroupOutcome.Answer],
        hasFailures: Bool
    ) throws -> GroupOutcome {
        if connection.memory?.position == nil { try connection.settle() }
        guard let memory = connection.memory, let position = memory.position else {
            throw PostgresError(.statement, "the count of changes is gone")
        }
        var outcome = GroupOutcome(
            answers: answers,
            position: position,
            hasFailures: hasFailures
        )
        let note = try note(on: connection)
        if note.isHanded { announce?(position) }
        let status: String
        do {
            status = try connection.finish("COMMIT")
        } catch let error as PostgresError where error.kind == .statement && connection.isOpen {
            // The engine has answered that it was taken back, or will be.
            throw error
        } catch {
            throw CommitDoubt(outcome: outcome, isWarned: false)
        }
        outcome.own = note.own(at: position, memory.users)
        // Where somebody ends a wait for a standby, the commit stands, with a warning, and may be lost in a failover.
        if connection.warningCount != note.warnings {
            throw CommitDoubt(outcome: outcome, isWarned: true)
        }
        guard status == "COMMIT" else {
            throw PostgresError(.statement, "COMMIT was answered with \(status)")
        }
        return outcome
    }
}
