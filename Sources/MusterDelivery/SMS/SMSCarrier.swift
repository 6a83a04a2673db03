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
        do throws(Silence) {
            return gateway.outcome(of: try await send(letter, within: time))
        } catch {
            return .failed(error.reason)
        }
    }

    /// Delivers a letter, and tells whoever has set the gateway up what to look at where that fails.
    ///
    /// - Returns: What the gateway said.
    /// - Throws: ``SMSFailure``.
    public func look(_ letter: Letter) async throws(SMSFailure) -> String {
        let answer: GatewayAnswer
        do throws(Silence) {
            answer = try await send(letter, within: patience)
        } catch {
            throw SMSFailure(
                sentence: "\(gateway.shown) has not taken the message: \(error.reason)",
                advice: error.advice
            )
        }
        switch gateway.outcome(of: answer) {
        case .delivered(let reply): return reply
        case .refused(let reason), .failed(let reason):
            let fault = gateway.fault(of: answer)
            let isRefused = fault == .number || fault == .region
            let sentence =
                isRefused
                ? "\(gateway.shown) refuses messages to \(letter.recipient): \(reason)"
                : "\(gateway.shown) has not taken the message: \(reason)"
            throw SMSFailure(sentence: sentence, advice: gateway.advice(on: fault))
        }
    }

    /// Nothing came that could be read.
    private struct Silence: Error {
        let reason: String
        var advice = "Look at the gateway's address in sms.*, and whether it runs."
    }

    private func send(
        _ letter: Letter,
        within time: Duration
    ) async throws(Silence) -> GatewayAnswer {
        let description = GatewayRequest(gateway, letter, at: clock.now())
        var request = HTTPClientRequest(url: description.url)
        request.method = .POST
        for (name, value) in description.fields { request.headers.add(name: name, value: value) }
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "User-Agent", value: "Muster")
        request.body = .bytes(description.body, length: .known(Int64(description.body.count)))
        let limit = max(.milliseconds(1), min(time, patience))
        do {
            return try await answer(to: request, within: limit)
        } catch is NIOTooManyBytesError {
            let most = GatewayAnswer.maximumBytes
            throw Silence(
                reason: "the gateway's answer has more than \(most) bytes",
                advice: "Look at sms.*: what answers there may be no gateway."
            )
        } catch {
            throw Silence(reason: GatewayTrouble.text(error, at: gateway.shown))
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
