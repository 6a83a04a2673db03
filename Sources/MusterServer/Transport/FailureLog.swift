import Logging

/// Tells of requests that failed, of which no stranger shall make the log grow as fast as it asks.
final class FailureLog: Sendable {
    /// The most in a second; the others are counted, and their number is told with the next.
    static let perSecond = 10

    private let pace: RefusalPace

    /// Begins with none told.
    ///
    /// - Parameter clock: Tells the time, in nanoseconds.
    init(clock: @escaping @Sendable () -> UInt64 = { RequestObserver.now }) {
        pace = RefusalPace(most: FailureLog.perSecond, clock: clock)
    }

    /// Writes a line about a request that failed.
    func tell(_ text: Logger.Message, _ metadata: Logger.Metadata, in logger: Logger) {
        let (isTold, untold) = pace.take()
        if untold > 0 {
            logger.error("requests failed beyond those told", metadata: ["count": "\(untold)"])
        }
        if isTold { logger.error(text, metadata: metadata) }
    }
}
