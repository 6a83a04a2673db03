import MusterCore
import MusterSQL

/// How a group is looked for of which nobody knows whether it was committed.
extension PostgresGroup {
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
        guard !found.isEmpty else {
            connection.rollBack()
            return false
        }
        try commitBehind(on: connection)
        return true
    }

    /// Commits something behind a group that was found, and waits for it.
    ///
    /// An engine that ended the connection, or was started again, while the commit waited for a standby has it at once, also where
    /// no standby does. Those have it once they have what comes after it.
    private func commitBehind(on connection: PostgresConnection) throws {
        try connection.send("UPDATE change_count SET position = position WHERE id = 1")
        try connection.settle()
        let warnings = connection.warningCount
        guard try connection.finish("COMMIT") == "COMMIT", connection.warningCount == warnings
        else {
            throw PostgresError(.statement, "no standby is known to have the group")
        }
    }
}
