import MusterConsole
import MusterCore

/// How many users of each kind there are, as the overview shows it.
///
/// To count them may cost a look at every user for each kind. However many look at the overview, they are counted once at a
/// time, no page waits longer for it than ``patience``, and what took longer to count holds for fifty times as long.
actor OverviewCounts {
    /// What was counted, and when.
    struct Counts: Sendable {
        /// The numbers, in the order of ``OverviewFigures/kinds(_:_:)``.
        let values: [Int]
        /// When they were counted.
        let at: Timestamp
    }

    /// How long a page waits; longer where tests hold each other up.
    @TaskLocal static var patience = Duration.milliseconds(250)
    private typealias Outcome = Result<Counts, MusterError>

    private let users: UserService
    private var known: (counts: Counts, until: ContinuousClock.Instant)?
    private var counting: Task<Outcome, Never>?

    init(_ directory: Directory) {
        users = UserService(directory)
    }

    /// What was counted last, or is counted in time; nil if nothing is known yet.
    ///
    /// - Parameters:
    ///   - principal: Who looks; may look at others.
    ///   - sets: The filters of each kind.
    ///   - now: The moment of the page.
    /// - Returns: The counts.
    /// - Throws: ``MusterError`` as ``MusterCore/UserService/counts(of:by:)``, or with code `server.overloaded`.
    func counts(
        by principal: Principal,
        of sets: [[UserFilter]],
        at now: Timestamp
    ) async throws(MusterError) -> Counts? {
        if let known, ContinuousClock.now < known.until { return known.counts }
        let isFirst = counting == nil
        let task = counting ?? Task { await count(by: principal, of: sets, at: now) }
        counting = task
        let (answers, answer) = AsyncStream.makeStream(
            of: Outcome?.self,
            bufferingPolicy: .bufferingOldest(1)
        )
        Task { answer.yield(await task.value) }
        let alarm = Task {
            try? await Task.sleep(for: OverviewCounts.patience)
            answer.yield(nil)
        }
        defer { alarm.cancel() }
        for await outcome in answers {
            guard let outcome else { break }
            // What another one may not is no word about this one.
            if isFirst { return try outcome.get() }
            if case .success(let counts) = outcome { return counts }
            break
        }
        return known?.counts
    }

    private func count(
        by principal: Principal,
        of sets: [[UserFilter]],
        at now: Timestamp
    ) async -> Outcome {
        let start = ContinuousClock.now
        let outcome: Outcome
        do throws(MusterError) {
            let values = try await SearchTurns.users.run(for: principal) {
                () async throws(MusterError) in
                try await users.counts(of: sets, by: principal)
            }
            let counts = Counts(values: values, at: now)
            let took = start.duration(to: .now)
            known = (counts, took < OverviewCounts.patience ? start : .now + took * 50)
            outcome = .success(counts)
        } catch {
            outcome = .failure(error)
        }
        counting = nil
        return outcome
    }
}
