import ClientTransport
import Synchronization

@testable import ActiveLogicClient

extension ActiveLogic.Options {
    /// Options for tests: no wait is real, and each is written down.
    static func quick(
        _ waits: Waits = Waits(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) -> ActiveLogic.Options {
        var options = ActiveLogic.Options()
        options.pacing = Pacing(
            pause: { duration in await waits.add(duration) },
            jitter: { $0 },
            now: now
        )
        return options
    }
}

/// The waits that were asked for, none of which is real.
final class Waits: Sendable {
    private let durations = Mutex<[Duration]>([])
    private let then: @Sendable (Int) async -> Void

    /// Does something at each wait, which gets its number.
    init(_ then: @escaping @Sendable (Int) async -> Void = { _ in }) {
        self.then = then
    }

    var all: [Duration] {
        durations.withLock { $0 }
    }

    func add(_ duration: Duration) async {
        let count = durations.withLock { durations in
            durations.append(duration)
            return durations.count
        }
        await then(count)
    }
}

/// A clock for the age of lists, which stands until it is moved.
final class FakeTime: Sendable {
    private let present = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant {
        present.withLock { $0 }
    }

    func advance(by duration: Duration) {
        present.withLock { $0 = $0.advanced(by: duration) }
    }
}
