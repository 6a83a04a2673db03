import ActiveLogicClient
import Logging
import MusterCore
import MusterCrypto
import MusterServer
import MusterTesting
import NIOSSL

/// A Muster server on a free port of the loopback interface, for the time of a test.
struct LiveServer: Sendable {
    let test: TestDirectory
    let port: Int
    /// What the server logs, one line a request at the level debug.
    let log: LogRecorder

    private let scheme: String

    var address: String { "\(scheme)://127.0.0.1:\(port)" }

    /// Serves a new directory while `body` runs.
    static func run(
        rules: DirectoryRules = DirectoryRules(),
        tls: TLSConfiguration? = nil,
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
        let application = try MusterApplication(
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

    /// Serves a new directory while `body` works on its users as the administrator.
    static func withUsers(
        rules: DirectoryRules = DirectoryRules(),
        _ body: (Users, LiveServer) async throws -> Void
    ) async throws {
        try await run(rules: rules) { server in
            try await server.withConnection { connection in
                try await body(connection.users(), server)
            }
        }
    }

    /// Connects as the administrator, unless told otherwise, while `body` runs.
    func withConnection(
        as username: String = TestDirectory.administratorName,
        _ password: String = Passwords.administrator,
        options: ActiveLogic.Options = .quick(),
        _ body: (ActiveLogic.Connection) async throws -> Void
    ) async throws {
        try await ActiveLogic.withConnection(
            to: address,
            username: username,
            password: password,
            options: options,
            body
        )
    }

    /// How many requests to a route were answered so far.
    func count(_ method: String, _ route: String) -> Int {
        log.lines.count { line in
            line.message == "request served" && line.metadata["http.method"] == method
                && line.metadata["http.route"] == "/activelogic/v1" + route
        }
    }
}

/// Passwords that no test may find anywhere.
enum Passwords {
    static let administrator = "Correct-Horse-7"
    static let first = "first-Battery-8"
    static let second = "second-Staple-9"
}
