package import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// What a fake server got.
package struct Received: Sendable {
    package let method: HTTPRequest.Method
    /// Path and query as they were sent.
    package let target: String
    package let fields: HTTPFields
    package let body: String
}

/// What a fake server answers.
package enum Reply: Sendable {
    case answer(HTTPResponse.Status, String = "", HTTPFields = [:])
    /// Closes the connection without a word.
    case hangUp
    /// Says nothing until the server is told to finish.
    case silence
}

/// A server that does as it is told, and remembers what it got.
package final class FakeServer: Sendable {
    package typealias Script = @Sendable (Received, Int) -> Reply

    package let port: Int
    private let log: Mutex<[Received]>

    package var address: String { "http://127.0.0.1:\(port)" }

    /// Everything that arrived, oldest first.
    package var received: [Received] {
        log.withLock { $0 }
    }

    private init(port: Int) {
        self.port = port
        log = Mutex([])
    }

    /// Serves while `body` runs.
    ///
    /// The script gets each request and how many came before it. With a path, the server listens on a Unix
    /// domain socket.
    package static func run(
        port: Int = 0,
        socketPath: String? = nil,
        _ script: @escaping Script,
        _ body: (FakeServer) async throws -> Void
    ) async throws {
        let responder = FakeResponder()
        let ports = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            responder: responder,
            configuration: ApplicationConfiguration(
                address: socketPath.map { .unixDomainSocket(path: $0) }
                    ?? .hostname("127.0.0.1", port: port),
                serverName: nil
            ),
            onServerRunning: { ports.continuation.yield($0.localAddress?.port ?? 0) },
            logger: Logger(label: "fake") { _ in SwiftLogNoOpLogHandler() }
        )
        try await Serving.run(application, ports) { port in
            let server = FakeServer(port: port)
            responder.set { request in
                let count = server.log.withLock { log in
                    log.append(request)
                    return log.count - 1
                }
                return script(request, count)
            }
            try await body(server)
        }
    }
}

private final class FakeResponder: HTTPResponder {
    private let script = Mutex<@Sendable (Received) -> Reply>({ _ in .hangUp })

    func set(_ script: @escaping @Sendable (Received) -> Reply) {
        self.script.withLock { $0 = script }
    }

    func respond(to request: Request, context: FakeContext) async throws -> Response {
        let body = try await request.body.collect(upTo: 1_048_576)
        let received = Received(
            method: request.method,
            target: request.uri.description,
            fields: request.headers,
            body: String(buffer: body)
        )
        switch script.withLock({ $0 })(received) {
        case .answer(let status, let text, let fields):
            return Response(
                status: status,
                headers: fields,
                body: ResponseBody(byteBuffer: ByteBuffer(string: text))
            )
        case .hangUp:
            try await context.channel.close()
            return Response(status: .ok)
        case .silence:
            try? await gracefulShutdown()
            return Response(status: .ok)
        }
    }
}

private struct FakeContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
