import AsyncHTTPClient
import FoundationEssentials
public import MusterCore
import NIOCore
import NIOHTTP1
import NIOSSL
import SystemCalls

/// Hands letters to a service that sends text messages.
public final class SMSCarrier: Carrier {
    /// How long an answer may take.
    static let patience = Duration.seconds(10)

    private let gateway: SMSGateway
    private let clock: any DirectoryClock
    private let client: HTTPClient
    private let patience: Duration

    /// Gets ready; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - gateway: The service.
    ///   - authorities: A PEM file with the authorities that are trusted; nil for the system's.
    ///   - clock: Tells the time of signatures.
    public convenience init(
        _ gateway: SMSGateway,
        authorities: String?,
        clock: any DirectoryClock
    ) {
        self.init(gateway, authorities: authorities, clock: clock, patience: SMSCarrier.patience)
    }

    /// Gets ready to wait for answers as long as is said.
    init(
        _ gateway: SMSGateway,
        authorities: String?,
        clock: any DirectoryClock,
        patience: Duration
    ) {
        self.gateway = gateway
        self.patience = patience
        self.clock = clock
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let authorities { tls.trustRoots = .file(authorities) }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            // Another place than the one that was set gets no code.
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(
                connect: .seconds(5),
                read: TimeAmount(patience)
            )
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        _ = client.shutdown() as EventLoopFuture<Void>
    }

    /// Delivers a letter.
    public func deliver(_ letter: Letter, within time: Duration) async -> DeliveryOutcome {
        let description = GatewayRequest(gateway, letter, at: clock.now())
        var request = HTTPClientRequest(url: description.url)
        request.method = .POST
        for (name, value) in description.fields { request.headers.add(name: name, value: value) }
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "User-Agent", value: "Muster")
        request.body = .bytes(description.body, length: .known(Int64(description.body.count)))
        let limit = max(.milliseconds(1), min(time, patience))
        do {
            return gateway.outcome(of: try await answer(to: request, within: limit))
        } catch is NIOTooManyBytesError {
            return .failed("the gateway's answer has more than \(GatewayAnswer.maximumBytes) bytes")
        } catch {
            return .failed(GatewayTrouble.text(error, at: gateway.shown))
        }
    }

    /// What is under way ends with the task that waits for it.
    public func stop() {}

    private func answer(
        to request: HTTPClientRequest,
        within limit: Duration
    ) async throws -> GatewayAnswer {
        let deadline = NIODeadline.now() + TimeAmount(limit)
        let response = try await client.execute(request, deadline: deadline)
        let status = Int(response.status.code)
        // The body is read in the time that is left, too: one byte a second is no answer.
        let body = try await withThrowingTaskGroup(of: ByteBuffer?.self) { group in
            group.addTask { try await response.body.collect(upTo: GatewayAnswer.maximumBytes) }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let body = first else {
                throw HTTPClientError.deadlineExceeded
            }
            return body
        }
        return GatewayAnswer(status: status, body: [UInt8](buffer: body))
    }
}
