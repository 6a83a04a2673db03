public import Logging
public import MusterCore
public import ServiceLifecycle

/// Does what has to be done now and then: writes the clocks of keys and sessions to the store, forgets
/// sessions that ran out, notes impersonations that ended, tells what was refused.
public struct Janitor: Service {
    /// How often the clocks are written.
    ///
    /// So much of them is lost when the machine fails.
    private static let flushInterval = Duration.seconds(1)
    /// How many flushes pass between two sweeps.
    private static let flushesPerSweep = 60

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
            while true {
                try await Task.sleep(for: Janitor.flushInterval)
                round += 1
                await tidy(sweeps: round.isMultiple(of: Janitor.flushesPerSweep))
            }
        }
        tellRefusals()
        do {
            try await directory.activity.flush(to: directory.store)
            try await directory.impersonations.settle(directory, all: true)
        } catch {
            report(error)
        }
    }

    private func tidy(sweeps: Bool) async {
        tellRefusals()
        do {
            try await directory.activity.flush(to: directory.store)
            guard sweeps else { return }
            try await SessionService(directory).sweep()
            try await RefusalAudit.settle(directory)
            try await directory.impersonations.settle(directory)
        } catch {
            report(error)
        }
    }

    /// Tells of what was refused since the last time, in one line a kind however much it was.
    private func tellRefusals() {
        let counts = directory.refusals.take()
        if !counts.passwords.isEmpty {
            var metadata: Logger.Metadata = ["count": "\(counts.passwords.values.reduce(0, +))"]
            for (kind, count) in counts.passwords { metadata[kind.rawValue] = "\(count)" }
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
    }

    private func report(_ error: any Error) {
        logger.error("housekeeping failed", metadata: ["error": "\(error)"])
    }
}
