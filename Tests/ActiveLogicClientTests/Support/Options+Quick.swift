import ClientTestSupport
import ClientTransport
import Synchronization

@testable import ActiveLogicClient

extension ActiveLogic.Options {
    /// Options for tests: no wait is real, and each is written down; a server has all the time that a busy machine takes.
    static func quick(
        _ waits: Waits = Waits(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) -> ActiveLogic.Options {
        var options = ActiveLogic.Options()
        options.pacing = .quick(waits, now: now)
        options.timeout = .seconds(600)
        options.connectTimeout = .seconds(600)
        return options
    }

    /// Options with which whoever waits does so until it is cancelled.
    static func waiting() -> ActiveLogic.Options {
        var options = quick()
        options.pacing = .endless
        return options
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
