import Logging
package import MusterCore
import MusterCrypto
package import MusterServer
package import MusterTesting

/// A Muster server on a free port of the loopback interface, for the time of a test.
package struct LiveServer: Sendable {
    package let test: TestDirectory
    package let port: Int
    /// What the server logs, one line a request at the level debug.
    package let log: LogRecorder

    private let scheme: String

    package var address: String { "\(scheme)://127.0.0.1:\(port)" }

    /// Serves a new directory while `body` runs.
    package static func run(
        rules: DirectoryRules = DirectoryRules(),
        tls: CertificateKeeper? = nil,
        limits: RequestLimits = RequestLimits(),
        _ body: (LiveServer) async throws -> Void
    ) async throws {
        let test = try await TestDirectory(
            rules: rules,
            digester: SystemDigester(.random()),
            curves: SystemCurves()
        )
        let log = LogRecorder()
        let ports = AsyncStream.makeStream(of: Int.self)
        let application = MusterApplication(
            test.directory,
            ServerConfiguration(
                host: "127.0.0.1",
                port: 0,
                tls: tls,
                limits: limits,
                version: "1.2.3"
            ),
            logger: log.logger,
            onListening: { ports.continuation.yield($0) }
        )
        let scheme = tls == nil ? "http" : "https"
        try await Serving.run(application, ports) { port in
            try await body(LiveServer(test: test, port: port, log: log, scheme: scheme))
        }
    }
}

/// Passwords that no test may find anywhere.
package enum Passwords {
    package static let administrator = "Correct-Horse-7"
    package static let first = "first-Battery-8"
    package static let second = "second-Staple-9"
}
