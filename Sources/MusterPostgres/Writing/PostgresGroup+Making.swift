import MusterCore

extension PostgresGroup {
    /// How many groups of a writer are made before old outcomes are forgotten again.
    private static let trimming: Int64 = 256

    /// Makes changes and commits them; again on another connection if the first broke before anything could have been committed.
    ///
    /// - Parameters:
    ///   - changes: The changes, one at least.
    ///   - link: On which they are made.
    ///   - budget: How long the engine may be waited for in vain.
    /// - Returns: What comes of them.
    /// - Throws: ``PostgresError`` where nothing was committed; ``MusterError`` where that is not known.
    func make(
        _ changes: [PostgresChange],
        on link: PostgresLink,
        within budget: WaitBudget
    ) throws -> GroupOutcome {
        for isLast in [false, true] {
            let connection = try link.connection(within: budget)
            do {
                for isolating in [false, true] {
                    let outcome = try attempt(
                        changes,
                        on: connection,
                        isolating: isolating
                    )
                    if let outcome { return outcome }
                }
                throw PostgresError(.statement, "no change of the group could be made")
            } catch let error as PostgresError {
                if connection.isOpen { connection.rollBack() }
                guard !connection.isOpen else { throw error }
                link.drop()
                guard error.kind == .connection, !isLast, budget.allowsAnother else { throw error }
            } catch let doubt as CommitDoubt {
                connection.close()
                link.drop()
                if try isCommitted(by: doubt, on: link, within: budget) {
                    return doubt.outcome
                }
                // It was not, and never will be: it is made again under the same number.
                guard !isLast, budget.allowsAnother else {
                    throw PostgresError(.connection, "the connection broke in a commit")
                }
            }
        }
        throw PostgresError(.connection, "the connection broke twice")
    }

    /// Makes changes in one transaction and commits it.
    ///
    /// - Returns: What comes of it; nil if one change failed halfway, and nothing was committed.
    private func attempt(
        _ changes: [PostgresChange],
        on connection: PostgresConnection,
        isolating: Bool
    ) throws -> GroupOutcome? {
        // Who has waited long in vain, as for the lock, does not wait for it again.
        let isWorn = connection.budget?.isWorn ?? false
        let memory = GroupMemory(
            taking: isolating ? 0 : changes.count,
            isHanded: announce != nil
        )
        connection.memory = memory
        defer {
            connection.memory = nil
            if !isolating { connection.makesUsers = memory.makesUsers }
        }
        try begin(on: connection, waits: !(isolating && isWorn))
        // Asked for with what the first change asks, where the last group has needed them.
        if !isolating, connection.makesUsers { try connection.askForNumbers() }
        var answers: [GroupOutcome.Answer] = []
        var (hasWritten, hasFailures) = (false, false)
        for change in changes {
            let attempt = try change.attempt(connection, isolating)
            guard connection.isOpen else {
                throw connection.failure ?? PostgresError(.connection, "the connection broke")
            }
            answers.append(attempt.answer)
            // Of one that failed by itself nothing is left.
            hasWritten = hasWritten || connection.hasWritten && !attempt.hasFailed
            hasFailures = hasFailures || attempt.hasFailed
            if attempt.isHalfMade {
                connection.rollBack()
                // One that was alone is taken back, and that is all there is to do, but where its user may be made in another way.
                guard changes.count == 1, !memory.isWorthAnother else { return nil }
                return GroupOutcome(answers: answers, position: nil, hasFailures: true)
            }
        }
        guard hasWritten else {
            connection.rollBack()
            return GroupOutcome(answers: answers, position: nil, hasFailures: hasFailures)
        }
        if number % PostgresGroup.trimming == 0 {
            try PostgresGroup.forgetOld(on: connection)
        }
        do {
            return try commit(on: connection, answers, hasFailures: hasFailures)
        } catch let error as PostgresError {
            // What the commit itself was refused for would be so again.
            guard connection.isOpen, connection.isInTransaction else { throw error }
            connection.rollBack()
            guard !isolating, changes.count > 1 || memory.isWorthAnother else { throw error }
            return nil
        }
    }
}
