import AsyncHTTPClient
import Logging
import NIOCore
import Synchronization

/// Sends requests to one server, again where that is safe.
final class Transport: Sendable {
    private let client: HTTPClient
    private let address: ServerAddress
    private let timeout: Duration
    private let retries: Retries
    private let pacing: Pacing
    private let logger: Logger
    private let isShutDown = Mutex(false)

    /// Gets ready; nothing is sent yet.
    ///
    /// - Throws: ``ActiveLogicError`` with code `option_invalid` where certificates cannot be read.
    init(_ address: ServerAddress, _ options: ActiveLogic.Options) throws(ActiveLogicError) {
        self.address = address
        timeout = max(options.timeout, .milliseconds(1))
        retries = Retries(limit: max(0, options.retries), jitter: options.pacing.jitter)
        pacing = options.pacing
        logger = options.effectiveLogger
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: try options.tlsConfiguration(),
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(
                connect: TimeAmount(max(options.connectTimeout, .milliseconds(1)))
            )
        )
        configuration.httpVersion = .http1Only
        // Less than servers wait, so that a connection is not closed at the moment when it is used again.
        configuration.connectionPool.idleTimeout = .seconds(30)
        // Attempts are counted here, where it is known what failed.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        if !isShutDown.withLock({ $0 }) {
            _ = client.shutdown() as EventLoopFuture<Void>
        }
    }

    /// Sends a request until there is an answer, or no further attempt is safe.
    ///
    /// - Returns: The answer, of whatever status.
    /// - Throws: ``ActiveLogicError`` of kind ``ActiveLogicError/Kind/pldbIOError``.
    func send(_ request: Request, token: Secret<String>?) async throws(ActiveLogicError) -> Answer {
        var attempt = 0
        while true {
            let pause: Duration
            do {
                let answer = try await exchange(request, token)
                log(answer, to: request, attempt)
                guard let next = retries.pause(after: answer, to: request, attempt: attempt) else {
                    return answer
                }
                pause = next
            } catch {
                log(error, of: request, attempt)
                guard let next = retries.pause(after: error, of: request, attempt: attempt) else {
                    throw ActiveLogicError(error, of: request)
                }
                pause = next
            }
            attempt += 1
            do {
                try await pacing.pause(pause)
            } catch {
                throw .cancelled
            }
        }
    }

    /// Lets go of all connections; requests in flight fail.
    func shutDown() async {
        let isFirst = isShutDown.withLock { isShutDown in
            defer { isShutDown = true }
            return !isShutDown
        }
        guard isFirst else { return }
        try? await client.shutdown()
    }

    private func exchange(
        _ request: Request,
        _ token: Secret<String>?
    ) async throws(NetworkFailure) -> Answer {
        let exchange = Exchange()
        do {
            try Task.checkCancellation()
            let task = client.execute(
                request: try HTTPClient.Request(
                    url: address.root + request.path,
                    method: request.method,
                    headers: request.fields(token),
                    body: request.body?.withExposedValue { .byteBuffer(ByteBuffer(bytes: $0)) }
                ),
                delegate: exchange,
                deadline: .now() + TimeAmount(min(timeout, request.longestTime ?? timeout))
            )
            return try await withTaskCancellationHandler {
                try await task.get()
            } onCancel: {
                task.cancel()
            }
        } catch {
            throw NetworkFailure(error, mayHaveArrived: exchange.wasSent)
        }
    }

    private func log(_ answer: Answer, to request: Request, _ attempt: Int) {
        logger.debug(
            "request answered",
            metadata: [
                "http.method": "\(request.method)", "http.route": "\(request.route)",
                "http.status": "\(answer.status)", "request.id": "\(answer.requestID ?? "none")",
                "attempt": "\(attempt)",
            ]
        )
    }

    private func log(_ failure: NetworkFailure, of request: Request, _ attempt: Int) {
        logger.debug(
            "request failed",
            metadata: [
                "http.method": "\(request.method)", "http.route": "\(request.route)",
                "error.reason": "\(failure.reason)", "attempt": "\(attempt)",
            ]
        )
    }
}
