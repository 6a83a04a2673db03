public import Logging
public import MusterCore
public import ServiceLifecycle

/// Does what has to be done now and then: writes the clocks of keys and sessions to the store, forgets
/// sessions that ran out, notes impersonations that ended, tells what was refused or held back, and once, after the start,
/// which passkeys sign nobody in.
public struct Janitor: Service {
    /// How often the clocks are written.
    ///
    /// So much of them is lost when the machine fails.
    private static let flushInterval = Duration.seconds(1)
    /// How many flushes pass between two sweeps.
    private static let flushesPerSweep = 60
    /// How many flushes pass before what was refused is told again: a crowd does not fill the log.
    private static let flushesPerTelling = 60

    /// How many flushes pass between two looks at all hashes: a day.
    ///
    /// What comes meanwhile is noted as it comes.
    private static let flushesPerSurvey = 86_400

    private let directory: Directory
    private let logger: Logger

    /// Works on a directory.
    public init(_ directory: Directory, logger: Logger) {
        self.directory = directory
        self.logger = logger
    }

    /// Works until the server stops, and once more then.
    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var round = 0
            await survey()
            await tellStrandedPasskeys()
            var mayTellAt = 0
            while true {
                try await Task.sleep(for: Janitor.flushInterval)
                round += 1
                tellTroubles()
                if round >= mayTellAt, tellRefusals() {
                    mayTellAt = round + Janitor.flushesPerTelling
                }
                await tidy(sweeps: round.isMultiple(of: Janitor.flushesPerSweep))
                if round.isMultiple(of: Janitor.flushesPerSurvey) { await survey() }
            }
        }
        tellTroubles(isLast: true)
        tellRefusals()
        do {
            try await directory.activity.flush(to: directory.store)
            try await directory.impersonations.settle(directory.access, all: true)
            try await directory.settleNotices(all: true)
        } catch {
            report(error)
        }
    }

    /// Finds out how dear the hashes are that are kept.
    private func survey() async {
        do {
            try await HashSurvey.run(directory.store, directory.hasher)
        } catch {
            report(error)
        }
    }

    /// Tells of passkeys for a host that the server is not called any more.
    ///
    /// It goes through all factors, so that no start waits for it.
    private func tellStrandedPasskeys() async {
        do {
            guard let told = try await directory.access.strandedPasskeys() else { return }
            logger.warning("passkeys sign nobody in", metadata: ["advice": "\(told)"])
        } catch {
            report(error)
        }
    }

    private func tidy(sweeps: Bool) async {
        do {
            try await directory.activity.flush(to: directory.store)
            guard sweeps else { return }
            try await SessionService(directory).sweep()
            try await RefusalAudit.settle(directory.access)
            try await directory.impersonations.settle(directory.access)
            try await directory.settleNotices()
        } catch {
            report(error)
        }
    }

    /// Tells of limits that were reached, and of what else keeps the server from its work: once each, then once a
    /// minute.
    func tellTroubles(isLast: Bool = false) {
        let due = directory.refusals.troubles.due(at: directory.clock.now(), isLast: isLast)
        // Passwords that were not hashed are logged with whose they were.
        for (trouble, count) in due where trouble != .hashingQueue {
            let (level, text) = Janitor.line(of: trouble)
            logger.log(
                level: level,
                "\(text)",
                metadata: [
                    trouble.isOfCallers ? "trouble" : "limit": "\(trouble.rawValue)",
                    "count": "\(count)", "advice": "\(trouble.advice)",
                ]
            )
        }
    }

    private static func line(of trouble: Trouble) -> (Logger.Level, String) {
        if trouble == .damage { return (.critical, "the database is damaged") }
        return trouble.isOfCallers
            ? (.info, "callers spoke the wrong scheme") : (.warning, "a limit was reached")
    }

    /// Tells of what was refused since the last time, in one line a kind however much it was.
    ///
    /// - Returns: Whether there was anything to tell.
    @discardableResult
    private func tellRefusals() -> Bool {
        let counts = directory.refusals.take()
        if !counts.passwords.isEmpty {
            var metadata: Logger.Metadata = ["count": "\(counts.passwords.values.reduce(0, +))"]
            for (kind, count) in counts.passwords { metadata[kind.rawValue] = "\(count)" }
            metadata["advice"] = "\(Trouble.hashingQueue.advice)"
            logger.warning("password checks refused", metadata: metadata)
        }
        if counts.others > 0 {
            logger.warning(
                "requests refused",
                metadata: [
                    "count": "\(counts.others)",
                    "error.code": "\(MusterError.Code.overloaded.rawValue)",
                    "last": "\(counts.lastMessage ?? "")",
                ]
            )
        }
        return !counts.passwords.isEmpty || counts.others > 0
    }

    private func report(_ error: any Error) {
        if let error = error as? MusterError, directory.refusals.count(error) { return }
        logger.error("housekeeping failed", metadata: ["error": "\(error)"])
    }
}
