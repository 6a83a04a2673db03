import AsyncHTTPClient
import Logging
import NIOCore
package import NIOHTTP1
import Synchronization

/// Sends requests to one server, again where that is safe.
package final class Transport: Sendable {
    /// How long a server may be silent in the middle of a streamed answer: 10 min.
    private static let longestSilence = TimeAmount.minutes(10)
    /// How many connections are open at once; further requests wait for one: 32.
    ///
    /// Enough to keep a server busy, and far below what servers allow one address.
    private static let connectionLimit = 32

    let client: HTTPClient
    package let address: ServerAddress
    private let options: TransportOptions
    private let timeout: Duration
    private let retries: Retries
    private let isShutDown = Mutex(false)

    /// Gets ready; nothing is sent yet.
    ///
    /// - Throws: ``UnusableOption`` where certificates cannot be read.
    package init(
        _ address: ServerAddress,
        _ options: TransportOptions
    ) throws(UnusableOption) {
        self.address = address
        self.options = options
        timeout = max(options.timeout, .milliseconds(1))
        retries = Retries(
            limit: max(0, options.retries),
            longestRetryAfter: options.longestRetryAfter,
            jitter: options.pacing.jitter
        )
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: try .trusting(options.authorities),
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(
                connect: TimeAmount(max(options.connectTimeout, .milliseconds(1))),
                read: max(TimeAmount(timeout), Transport.longestSilence)
            )
        )
        configuration.httpVersion = .http1Only
        // Less than servers wait, so that a connection is not closed at the moment when it is used again.
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            Transport.connectionLimit
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
    /// - Parameters:
    ///   - request: The request.
    ///   - credentials: Header fields that say who asks.
    /// - Returns: The answer, of whatever status.
    /// - Throws: ``NetworkFailure`` if there is none.
    package func send(
        _ request: Request,
        _ credentials: Secret<HTTPHeaders>?
    ) async throws(NetworkFailure) -> Answer {
        var attempt = 0
        while true {
            let pause: Duration
            do {
                let answer = try await exchange(request, credentials)
                log(answer, to: request, attempt)
                guard let next = retries.pause(after: answer, to: request, attempt: attempt) else {
                    return answer
                }
                pause = next
            } catch {
                log(error, of: request, attempt)
                guard let next = retries.pause(after: error, of: request, attempt: attempt) else {
                    throw error
                }
                pause = next
            }
            attempt += 1
            try await wait(pause)
        }
    }

    /// Waits before a request is sent again by whoever found out that this is safe.
    ///
    /// - Returns: Whether a further attempt is allowed; false at once where it is not.
    /// - Throws: ``NetworkFailure`` where the task is cancelled.
    package func pause(afterAttempt attempt: Int) async throws(NetworkFailure) -> Bool {
        guard let pause = retries.pause(afterAttempt: attempt) else { return false }
        try await wait(pause)
        return true
    }

    /// Lets go of all connections; requests in flight fail.
    package func shutDown() async {
        let isFirst = isShutDown.withLock { isShutDown in
            defer { isShutDown = true }
            return !isShutDown
        }
        guard isFirst else { return }
        try? await client.shutdown()
    }

    /// The header fields of a request.
    func fields(_ request: Request, _ credentials: Secret<HTTPHeaders>?) -> HTTPHeaders {
        var fields = request.fields
        // A socket has no name of its own, and HTTP/1.1 asks for one (RFC 9112 section 3.2).
        if address.isSocket { fields.replaceOrAdd(name: "Host", value: "localhost") }
        if !fields.contains(name: "Accept") {
            fields.add(name: "Accept", value: "application/json")
        }
        fields.add(name: "User-Agent", value: options.userAgent)
        if request.body != nil {
            fields.add(name: "Content-Type", value: "application/json")
        }
        credentials?.withExposedValue { fields.add(contentsOf: $0) }
        return fields
    }

    private func wait(_ pause: Duration) async throws(NetworkFailure) {
        do {
            try await options.pacing.pause(pause)
        } catch {
            throw NetworkFailure(CancellationError(), mayHaveArrived: false)
        }
    }

    private func exchange(
        _ request: Request,
        _ credentials: Secret<HTTPHeaders>?
    ) async throws(NetworkFailure) -> Answer {
        let exchange = Exchange()
        do {
            try Task.checkCancellation()
            let task = client.execute(
                request: try HTTPClient.Request(
                    url: address.root + request.path,
                    method: request.method,
                    headers: fields(request, credentials),
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

    func log(_ answer: Answer, to request: Request, _ attempt: Int) {
        options.logger.debug(
            "request answered",
            metadata: [
                "http.method": "\(request.method)", "http.route": "\(request.route)",
                "http.status": "\(answer.status)", "request.id": "\(answer.requestID ?? "none")",
                "attempt": "\(attempt)",
            ]
        )
    }

    func log(_ failure: NetworkFailure, of request: Request, _ attempt: Int) {
        options.logger.debug(
            "request failed",
            metadata: [
                "http.method": "\(request.method)", "http.route": "\(request.route)",
                "error.reason": "\(failure.reason)", "attempt": "\(attempt)",
            ]
        )
    }
}
