package import Logging

/// How requests are sent.
package struct TransportOptions: Sendable {
    /// Authorities trusted beside the system's.
    package var authorities: [TrustedAuthority] = []
    /// How long each attempt of a request may take.
    package var timeout = Duration.seconds(30)
    /// How long it may take to reach the server.
    package var connectTimeout = Duration.seconds(10)
    /// How many times a request is sent again at most.
    package var retries = 2
    /// The longest wait that a server may ask for.
    package var longestRetryAfter = Duration.seconds(30)
    /// Where it is told what is done.
    package var logger: Logger
    /// Time and chance.
    package var pacing = Pacing()
    /// The name of the library, for `User-Agent`.
    package var userAgent: String

    /// Chooses the standard values.
    ///
    /// - Parameters:
    ///   - userAgent: The name of the library.
    ///   - logger: Where it is told what is done; nil says nothing.
    package init(userAgent: String, logger: Logger?) {
        self.userAgent = userAgent
        self.logger = logger ?? Logger(label: userAgent) { _ in SwiftLogNoOpLogHandler() }
    }
}
