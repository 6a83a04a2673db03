import ClientTestSupport
import ClientTransport

@testable import TenableClient

extension TenableIO.Options {
    /// Options for tests: no wait is real, and each is written down; a server has all the time that a busy machine takes.
    static func quick(_ waits: Waits = Waits()) -> TenableIO.Options {
        var options = TenableIO.Options()
        options.pacing = .quick(waits)
        options.timeout = .seconds(600)
        options.connectTimeout = .seconds(600)
        return options
    }

    /// Options with which whoever waits does so until it is cancelled.
    static func waiting() -> TenableIO.Options {
        var options = quick()
        options.pacing = .endless
        return options
    }
}
