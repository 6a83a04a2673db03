import ClientTestSupport
import ClientTransport

@testable import TenableClient

extension TenableIO.Options {
    /// Options for tests: no wait is real, and each is written down.
    static func quick(_ waits: Waits = Waits()) -> TenableIO.Options {
        var options = TenableIO.Options()
        options.pacing = .quick(waits)
        return options
    }
}
