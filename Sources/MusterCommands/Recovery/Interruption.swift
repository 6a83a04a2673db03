import FoundationEssentials
import SystemCalls
import UnixSignals

/// What happens when somebody ends a command while it works.
enum Interruption {
    /// Does some work; a signal that ends the command before that tidies up first.
    ///
    /// - Parameters:
    ///   - tidy: Removes what would be left; called on a thread of its own.
    ///   - work: The work.
    /// - Returns: What the work returns.
    /// - Throws: What the work throws.
    static func tidying<Result>(
        _ tidy: @escaping @Sendable () -> Void,
        during work: () async throws -> Result
    ) async throws -> Result {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        let watch = Task.detached {
            for await signal in signals {
                tidy()
                // As a shell tells of a program that a signal has ended.
                _exit(128 + signal.rawValue)
            }
        }
        defer { watch.cancel() }
        return try await work()
    }
}
