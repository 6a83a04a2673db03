package import ClientTransport
import Synchronization

/// The waits that were asked for, none of which is real.
package final class Waits: Sendable {
    private let durations = Mutex<[Duration]>([])
    private let then: @Sendable (Int) async -> Void

    /// Does something at each wait, which gets its number.
    package init(_ then: @escaping @Sendable (Int) async -> Void = { _ in }) {
        self.then = then
    }

    /// All of them, oldest first.
    package var all: [Duration] {
        durations.withLock { $0 }
    }

    /// Writes one down.
    package func add(_ duration: Duration) async {
        let count = durations.withLock { durations in
            durations.append(duration)
            return durations.count
        }
        await then(count)
    }
}

extension Pacing {
    /// A wait ends when whoever waits is cancelled.
    package static let endless = Pacing(
        pause: { _ in try await Task.sleep(for: .seconds(86_400)) },
        jitter: { $0 }
    )

    /// No wait is real, each is written down, and chance always draws the most.
    package static func quick(
        _ waits: Waits,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) -> Pacing {
        Pacing(pause: { await waits.add($0) }, jitter: { $0 }, now: now)
    }
}
