extension SessionService {
    /// Forgets the sessions that have run out, and what was kept of failed logins and sent codes long ago.
    ///
    /// Sessions are gone through some thousands in a transaction, so that whoever writes meanwhile waits for one of
    /// those at most.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func sweep() async throws(MusterError) {
        let now = access.clock.now()
        let limit = now.advanced(by: .zero - access.rules.sessionLifetime)
        var last: Digest?
        repeat {
            last = try await access.store.write { [last] transaction throws(MusterError) in
                try transaction.endExpiredSessions(
                    after: last,
                    atMost: SessionLimits.sweptTogether,
                    begunBefore: limit,
                    now: now
                )
            }
        } while last != nil && !Task.isCancelled
        for _ in 0..<SessionLimits.forgettingTurns where !Task.isCancelled {
            let forgotten = try await access.store.write { transaction throws(MusterError) in
                try transaction.forgetSessionEnds(
                    before: limit,
                    keeping: SessionLimits.ended,
                    atMost: SessionLimits.sweptTogether
                )
            }
            guard forgotten == SessionLimits.sweptTogether else { break }
        }
        try await access.store.write { transaction throws(MusterError) in
            try transaction.forgetCeremonies(
                outside: now.advanced(
                    by: .zero - Ceremony.lifetime
                )...now.advanced(by: Timestamp.clockTolerance)
            )
            try transaction.forgetSentCodes(before: now.advanced(by: .seconds(-172_800)))
            try transaction.forgetLoginFailures(
                outside: now.advanced(
                    by: .seconds(-604_800)
                )...now.advanced(by: Timestamp.clockTolerance)
            )
        }
    }
}
