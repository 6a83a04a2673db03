import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import MusterCore
import MusterTesting
import NIOCore
import NIOSSL

@testable import MusterServer

/// The server without its sockets: a request goes in, an answer comes out.
struct TestServer: Sendable {
    let test: TestDirectory
    let immediate: FastPathResponder
    private let frame: RootResponder
    private let logger: Logger

    init(
        _ test: TestDirectory,
        limits: RequestLimits = RequestLimits(),
        trustedProxies: AllowedNetworks = AllowedNetworks(),
        isTLS: Bool = false,
        localAdminToken: LocalAdminToken? = nil,
        dialects: [Dialect] = Dialect.all,
        consoleTools: ConsoleTools? = nil,
        scim: SCIMSettings = SCIMSettings(),
        accessLog: (any AccessLog)? = nil,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.test = test
        self.logger = logger
        var configuration = ServerConfiguration(
            host: "localhost",
            port: 0,
            limits: limits,
            trustedProxies: trustedProxies,
            version: "1.2.3"
        )
        configuration.isTLS = isTLS
        configuration.consoleTools = consoleTools
        configuration.scim = scim
        configuration.accessLog = accessLog
        (frame, immediate) = MusterApplication.responders(
            test.directory,
            configuration,
            budget: ArrivalBudget(limits.arrivalBytes, body: limits.bodyBytes),
            localAdminToken: localAdminToken,
            dialects: dialects,
            logger: logger
        )
    }

    /// What an error is answered with.
    func answer(to error: any Error, path: String) -> Answer {
        frame.answer(
            to: error,
            path: path,
            requestID: "1",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Sends a request whose path may have a query, with keys and a body where there are some.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        as keys: APIKeyPair? = nil,
        body: String? = nil,
        fields: HTTPFields = HTTPFields(),
        from address: String = "192.0.2.1"
    ) async throws -> Response {
        let bytes = Array((body ?? "").utf8)
        return try await send(method, path, as: keys, bytes: bytes, fields: fields, from: address)
    }

    /// Sends a request whose body may be no text.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        as keys: APIKeyPair?,
        bytes: [UInt8],
        fields: HTTPFields = HTTPFields(),
        from address: String = "192.0.2.1"
    ) async throws -> Response {
        var fields = fields
        if let keys {
            fields[.xAPIKeys] = keys.secretKey.withExposedValue {
                "accessKey=\(keys.accessKey); secretKey=\($0)"
            }
        }
        let content = RequestBody(buffer: ByteBuffer(bytes: bytes))
        return try await send(method, path, fields: fields, content: content, from: address)
    }

    /// Sends a request whose body need not be there yet.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        fields: HTTPFields,
        content: RequestBody,
        to host: String = "localhost",
        from address: String = "192.0.2.1",
        on channel: StubChannel? = nil
    ) async throws -> Response {
        let request = Request(
            head: HTTPRequest(
                method: method,
                scheme: "http",
                authority: host,
                path: path,
                headerFields: fields
            ),
            body: content
        )
        let source = ApplicationRequestContextSource(
            channel: try channel ?? StubChannel(from: address),
            logger: logger
        )
        // Other tests have the machine at the same time: what gives up here would be the machine, and no fault.
        return try await Readiness.$patience.withValue(.seconds(600)) {
            try await OverviewCounts.$patience.withValue(.seconds(600)) {
                try await frame.respond(
                    to: request,
                    context: MusterRequestContext(source: source)
                )
            }
        }
    }
}

extension [Dialect] {
    /// All that a server can be told to speak, the console among them.
    static var served: [Dialect] { MusterServer.ServerConfiguration.everything.dialects }
}

extension MusterServer.ServerConfiguration {
    /// A server of which everything is asked.
    static var everything: Self {
        var configuration = Self(host: "localhost", port: 0, version: "1.2.3")
        configuration.servesConsole = true
        configuration.servesSCIM = true
        return configuration
    }
}

extension MusterApplication {
    /// Every route that a server can have.
    static func everyRoute(_ directory: Directory) -> [Route] {
        let configuration = MusterServer.ServerConfiguration.everything
        let peers = PeerAddress(trustedProxies: AllowedNetworks())
        return routes(directory, configuration, peers, configuration.dialects)
    }
}

extension Response {
    /// The body as text.
    func text() async throws -> String {
        String(decoding: try await bytes(), as: UTF8.self)
    }

    /// The body.
    func bytes() async throws -> [UInt8] {
        let collected = CollectedBody()
        try await body.write(BodyCollector(collected: collected))
        return Array(collected.buffer.readableBytesView)
    }
}

/// What a body has written so far; one test owns it.
private final class CollectedBody {
    var buffer = ByteBuffer()
}

private struct BodyCollector: ResponseBodyWriter {
    let collected: CollectedBody

    func write(_ buffer: ByteBuffer) {
        var part = buffer
        collected.buffer.writeBuffer(&part)
    }

    func finish(_ trailingHeaders: HTTPFields?) {}
}
